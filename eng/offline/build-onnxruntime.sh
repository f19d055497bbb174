#!/usr/bin/env bash
# build-onnxruntime.sh <feed-dir> <version>: packs Microsoft.ML.OnnxRuntime.Gpu into a local feed.
# An npm package carries ONNX Runtime's own C# sources and native libraries; they are downloaded once and kept.
set -euo pipefail

feed=$1 version=$2
here=$(cd "$(dirname "$0")" && pwd)
work=$here/../../artifacts/offline/onnxruntime
package=com.github.asus4.onnxruntime@0.4.9
sha512=BkzxduSZ9IkeDP6Q8lz2TFU2ie7hSSvS7ZIfzMooExoq0CNzJnuuGaUJ7IsojBgqO4ouD1jXah8OYyJbCN29Fg==

if [[ ! -f $work/package/.complete ]]; then
    command -v npm >/dev/null || { echo "npm is needed to download ONNX Runtime: install the packages nodejs and npm." >&2; exit 1; }
    rm -rf "$work"
    mkdir -p "$work"
    (cd "$work" && npm pack --silent "$package" >/dev/null)
    archive=$(ls "$work"/*.tgz)
    found=$(openssl dgst -sha512 -binary "$archive" | openssl base64 -A)
    [[ $found == "$sha512" ]] || { echo "$package: expected SHA-512 $sha512, found $found." >&2; exit 1; }
    tar xzf "$archive" -C "$work" --wildcards \
        package/LICENSE package/ThirdPartyNotices.txt 'package/Runtime/*.cs' package/Plugins/Linux/x64/libonnxruntime.so
    rm "$archive"
    touch "$work/package/.complete"
fi

dotnet pack "$here/OnnxRuntime" -c Release -o "$feed" -p:OfflineVersion="$version" --nologo -v q
