#!/usr/bin/env bash
# Checks that an offline assembly adds and changes nothing of the real API: check-api.sh ASSEMBLY.dll LISTING_NAME
# APICOMPAT_DIR holds the ApiCompat project, API_LISTINGS the listings of the real assemblies. Skips without them.
set -euo pipefail

assembly=${1:?usage: check-api.sh ASSEMBLY.dll LISTING_NAME}
listing=${2:?usage: check-api.sh ASSEMBLY.dll LISTING_NAME}
if [[ -z "${APICOMPAT_DIR:-}" || -z "${API_LISTINGS:-}" ]]; then
  echo "API check skipped: set APICOMPAT_DIR and API_LISTINGS" >&2
  exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$APICOMPAT_DIR"/*.cs* "$work/"
dotnet build "$work" -c Release -o "$work/out" -nologo -v quiet
dotnet "$work/out/ApiCompat.dll" list "$assembly" | LC_ALL=C sort > "$work/offline"
LC_ALL=C sort "$API_LISTINGS/$listing" > "$work/real"
added=$(LC_ALL=C comm -23 "$work/offline" "$work/real")
if [[ -n "$added" ]]; then
  printf 'not in the real API:\n%s\n' "$added" >&2
  exit 1
fi
echo "$(wc -l < "$work/offline") members, all of them in the real API"
