# Shared by build.sh and the scripts under eng/: stages with their seconds, logs, stamps.

artifacts=$root/artifacts
logs=$artifacts/logs

die() { printf '%s\n' "$@" >&2; exit 1; }

# stage <title> <log name> <command...>: one line of output; the end of the log when the command fails.
stage() {
    local title=$1 log=$logs/$2.log start=$SECONDS
    shift 2
    mkdir -p "$logs"
    printf '%-48s ' "$title"
    if "$@" </dev/null >"$log" 2>&1; then
        printf '%5d s\n' $((SECONDS - start))
    else
        printf 'failed after %d s\n' $((SECONDS - start))
        tail -n 60 "$log" >&2
        die "" "The whole log: $log"
    fi
}

# fingerprint <path...>: eight hexadecimal digits that change with any file under the paths.
fingerprint() {
    local existing=() path
    for path in "$@"; do
        if [[ -e $path ]]; then existing+=("$path"); fi
    done
    find "${existing[@]}" -type d \( -name bin -o -name obj \) -prune -o -type f -exec cksum {} + \
        | sed "s: $root/: :" | LC_ALL=C sort | cksum | awk '{ printf "%08x", $1 }'
}

# can_install: whether system packages can be installed here without asking anybody.
can_install() {
    command -v apt-get >/dev/null && { [[ $(id -u) == 0 ]] || sudo -n true 2>/dev/null; }
}

# install_packages <package...>: of the system.
install_packages() {
    local sudo=()
    [[ $(id -u) == 0 ]] || sudo=(sudo -n)
    export DEBIAN_FRONTEND=noninteractive
    local install=("${sudo[@]}" apt-get install -y --no-install-recommends)
    "${install[@]}" "$@" || { "${sudo[@]}" apt-get update && "${install[@]}" "$@"; }
}
