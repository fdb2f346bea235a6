#!/bin/sh
# Asks the federation audit of routers that are half ours and half the reference implementation: make audit-cross.
#
#   audit.sh AUDIT ROUTER               AUDIT is the folder of the audit's program, ROUTER our binary
#   audit.sh start HALVES ROUTER CONFIG what the audit starts; HALVES are ours-over-theirs and so on: a router over a supergraph
#
# Ours passes all tests over the supergraph that @apollo/composition makes, and @apollo/gateway as many over our supergraph as over
# its own.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
export APOLLO_TELEMETRY_DISABLED=true METADATA_SERVER_DETECTION=none AWS_EC2_METADATA_DISABLED=true

# start becomes the router that a configuration asks for.
start() {
	halves=$1 router=$2 config=$3
	folder=$(dirname "$config")
	listen=$(sed -n 's/^listen: *//p' "$config")
	case $halves in
	*-over-ours) "$router" compose --config "$config" >"$folder/supergraph.graphqls" ;;
	*) node "$here/serve.mjs" compose "$config" >"$folder/supergraph.graphqls" ;;
	esac
	case $halves in
	ours-*)
		printf 'listen: %s\nsupergraph: supergraph.graphqls\n' "$listen" >"$folder/cross.yaml"
		exec "$router" serve --config "$folder/cross.yaml"
		;;
	*) exec node "$here/serve.mjs" gateway "$listen" "$folder/supergraph.graphqls" ;;
	esac
}

# audit prints what the program says at its end about a router: how many tests it passed, of how many.
audit() {
	echo "== $1" >&2
	(cd "$audit" && go run . -router "sh $here/audit.sh start $1 $router {config}" || true) >"$results/$1"
	cat "$results/$1" >&2
	sed -n 's|^TOTAL \([0-9]*\)/\([0-9]*\) tests.*|\1 \2|p' "$results/$1"
}

if [ "$1" = start ]; then
	shift
	start "$@"
fi
audit=$1
router=$(realpath "$2")
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
read -r passed of <<END
$(audit ours-over-theirs)
END
own=$(audit theirs-over-theirs)
cross=$(audit theirs-over-ours)
echo "ours over theirs: $passed of $of; theirs over its own: ${own% *}; theirs over ours: ${cross% *}"
[ "$of" -gt 0 ] && [ "$passed" = "$of" ] && [ -n "$own" ] && [ "$own" = "$cross" ]
