#!/usr/bin/env bash
# Lets SecantusDB stand in for mongod: takes mongod's flags, becomes $ENVASE_STAND_IN (same process id, so
# signals reach the server itself) and says "Waiting for connections" once the port answers.
set -eu

port=27017 dbpath=. host=127.0.0.1
while [ $# -gt 0 ]; do
  case "$1" in
    --version) echo "db version v8.2.11"; exit 0 ;;
    --port) port=$2; shift ;;
    --dbpath) dbpath=$2; shift ;;
    --bind_ip) host=${2%%,*}; shift ;;
  esac
  shift
done

port_answers() { (exec 3<>"/dev/tcp/$host/$port") 2>/dev/null; }
if port_answers; then
  echo "Address already in use: $host:$port" >&2
  exit 48
fi

server=$$
wait_for_port() {
  until port_answers; do
    kill -0 "$server" 2>/dev/null || exit 0
    sleep 0.05
  done
  echo "Waiting for connections on port $port"
}
# Twice in the background: the server must not be left with a child it never reaps.
( wait_for_port & )

cd "$dbpath"
# Unquoted: no flag where there is none.
exec "$ENVASE_STAND_IN" --host "$host" --port "$port" --storage-path "$dbpath" ${ENVASE_STAND_IN_SYNC-} --log-level ERROR
