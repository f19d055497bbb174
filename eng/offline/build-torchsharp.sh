#!/usr/bin/env bash
# Builds the offline TorchSharp and TorchSharp-cpu packages into a feed folder: build-torchsharp.sh FEED_DIR [VERSION]
# Does nothing when the feed already holds them and no source changed. LIBTORCH=<folder with include/ and lib/> builds
# against that libtorch instead of the system's.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
feed=$(realpath -m "${1:?usage: build-torchsharp.sh FEED_DIR [VERSION]}")
version=${2:-0.106.0-offline}
native="$root/artifacts/offline/native"
stamp="$feed/torchsharp-$version.sha256"

sources() {
  find "$here/native" "$here/TorchSharp" "$here/TorchSharp-cpu" "$here"/Directory.*.props "$here/build-torchsharp.sh" \
    -type f -not -name '*.md' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
  echo "$version ${LIBTORCH:-system}"
}

hash=$(sources | sed "s|$here/||" | sha256sum | cut -d' ' -f1)
if [[ -f "$stamp" && $(<"$stamp") == "$hash" && -f "$feed/TorchSharp.$version.nupkg" && -f "$feed/TorchSharp-cpu.$version.nupkg" ]]; then
  exit 0
fi

mkdir -p "$feed"
cmake -S "$here/native" -B "$native" -DLIBTORCH="${LIBTORCH:-}" > /dev/null
cmake --build "$native" --parallel 2
for project in TorchSharp TorchSharp-cpu; do
  dotnet pack "$here/$project/$project.csproj" -c Release -o "$feed" -p:OfflineVersion="$version" \
    -p:NativeLibrary="$native/libLibTorchSharp.so" -nologo -v quiet
done

# NuGet trusts its cache of a version: drop the copy of an older build.
cache=$(dotnet nuget locals global-packages --list | sed 's/^[^:]*: *//')
rm -rf "${cache:?}/torchsharp/$version" "${cache:?}/torchsharp-cpu/$version"
echo "$hash" > "$stamp"
