# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Shared by the scripts beside it: paths, messages, --help. Sourced, never run.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$root/build
downloads=$build/downloads
# Debian's own python3: another one in PATH lacks the packages of packages.txt.
python=${PYTHON:-/usr/bin/python3}
export LC_ALL=C.UTF-8

die()
{
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# A script's head comment is its help text.
show_help()
{
    sed -n '4,/^[^#]/ { /^#/!q; s/^# \{0,1\}//; p }' "$0"
}

help_wanted()
{
    case ${1-} in
    -h | --help)
        show_help
        exit 0
        ;;
    esac
}

# version_ge A B: is version A at least B?
version_ge()
{
    [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$2" ]
}

# os_is NAME...: is this system one of these, or derived from one?
os_is()
{
    local have name
    have=$(. /etc/os-release 2>/dev/null && echo " ${ID-} ${ID_LIKE-} ")
    for name; do
        case $have in *" $name "*) return 0 ;; esac
    done
    return 1
}

# One fetch at a time, whoever asks (parallel tests fetch lazily).
lock_downloads()
{
    mkdir -p "$downloads"
    exec 9> "$downloads/.lock"
    flock 9
}
