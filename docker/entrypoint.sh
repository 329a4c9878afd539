#!/bin/sh
# Becomes the program that the first argument names, so that it gets the signals itself.
set -eu
packages=$(dirname "$0")/../packages
role=${1:-}
if [ $# -gt 0 ]; then shift; fi
case $role in
  identity-manager | connect-data | trace-manager | tracer | webhook-delivery | ops)
    exec node "$packages/$role/src/main.ts" "$@" ;;
  migrate)
    exec node "$packages/stack/src/envase.ts" migrate "$@" ;;
  envase)
    exec node "$packages/stack/src/envase.ts" "$@" ;;
esac
echo "Say what to run: identity-manager, connect-data, trace-manager, tracer, webhook-delivery, ops, migrate, or envase <noun> <verb>" >&2
exit 64
