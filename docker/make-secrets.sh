#!/bin/sh
# cspell:words urandom requirepass
# Makes the files that compose.yaml reads as secrets. What is there is left alone: a new key ring could not open what the old one
# sealed. Usage: docker/make-secrets.sh [folder, docker/secrets unless given]
set -eu
folder=${1:-$(dirname "$0")/secrets}

# Containers read the files under users of their own, so they are readable; only their owner gets into the folder.
mkdir -p "$folder"
chmod 700 "$folder"

keep() { # name value
  if [ -e "$folder/$1" ]; then return; fi
  printf '%s\n' "$2" > "$folder/$1.new"
  chmod 444 "$folder/$1.new"
  mv "$folder/$1.new" "$folder/$1"
  echo "made $folder/$1"
}

random_hex() { # bytes
  od -An -v -tx1 -N "$1" /dev/urandom | tr -d ' \n'
}

keep key_ring "k1:$(head -c 32 /dev/urandom | base64 | tr -d '\n')"
keep secret_pepper "$(random_hex 32)"
keep operator_password "$(random_hex 12)"
keep admin_token "$(random_hex 24)"
keep providers.json '{}'
keep mongodb_uri 'mongodb://mongodb:27017/envase?replicaSet=rs0'
keep redis_password "$(random_hex 24)"
redis_password=$(cat "$folder/redis_password")
keep redis_conf "requirepass $redis_password"
keep redis_url "redis://:$redis_password@redis:6379"
