#!/usr/bin/env bash
# prepare.sh: makes sure that every package the solution names can be restored.
# Writes artifacts/offline/Offline.props when the configured sources lack some of them; see README.md beside this file.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
. "$root/eng/lib.sh"
cd "$root"

offline=$artifacts/offline
verdict=$offline/verdict
feed=$offline/feed
props=$offline/Offline.props
mode=${DDPO_OFFLINE:-auto}

version_of() { # <package id>: the exact version in Directory.Packages.props
    local name
    case $1 in
        TorchSharp*) name=TorchSharpVersion ;;
        NAudio) name=NAudioVersion ;;
        *) name=OnnxRuntimeVersion ;;
    esac
    sed -n "s:.*<$name>\([0-9.]*\).*:\1:p" Directory.Packages.props
}

onnx=Microsoft.ML.OnnxRuntime.Gpu
packages=(TorchSharp TorchSharp-cpu NAudio "$onnx")

# --- which packages the sources have ------------------------------------------------------------------------------

write_probe() {
    mkdir -p "$offline/probe"
    local package
    {
        echo '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup><ItemGroup>'
        for package in "${packages[@]}"; do
            echo "<PackageDownload Include=\"$package\" Version=\"[$(version_of "$package")]\" />"
        done
        echo '</ItemGroup></Project>'
    } >"$offline/probe/probe.csproj"
    # The probe asks about the sources alone: nothing of the repository's settings applies to it.
    for package in Directory.Build.props Directory.Build.targets Directory.Packages.props; do
        echo '<Project />' >"$offline/probe/$package"
    done
}

# A package that no source has (NU1101), or not in this version (NU1102), is lacking; anything else is an error.
ask_sources() {
    local log=$logs/probe.log package
    if dotnet restore "$offline/probe" --nologo -v q -p:TreatWarningsAsErrors=false >"$log" 2>&1 </dev/null; then
        :
    elif ! grep -Eq 'error NU110[12]:' "$log" || grep -E 'error ' "$log" | grep -Eqv 'error NU110[12]:'; then
        tail -n 20 "$log"
        echo "The package sources could not be asked. DDPO_OFFLINE=1 builds the lacking packages without asking."
        return 1
    fi
    for package in "${packages[@]}"; do
        if grep -Eq "error NU110[12]:.* package $package([. ]|\$)" "$log"; then
            echo "$package $(version_of "$package") offline"
        else
            echo "$package $(version_of "$package") sources"
        fi
    done >"$verdict.new"
    mv "$verdict.new" "$verdict"
}

is_lacking() { # <package id>
    [[ $mode == 1 ]] || grep -qx "$1 $(version_of "$1") offline" "$verdict"
}

is_decided() {
    local package
    for package in "${packages[@]}"; do
        grep -Eqsx "$package $(version_of "$package") (offline|sources)" "$verdict" || return 1
    done
}

# --- system packages ----------------------------------------------------------------------------------------------

require_torch_toolchain() {
    local lacking=()
    command -v g++ >/dev/null || lacking+=(g++)
    command -v cmake >/dev/null || lacking+=(cmake)
    if [[ -z ${LIBTORCH:-} ]]; then
        local package
        for package in libtorch-dev libopenblas0-pthread; do
            dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || lacking+=("$package")
        done
    fi
    [[ ${#lacking[@]} -gt 0 ]] || return 0

    if ! can_install; then
        die "The package sources have no TorchSharp $(version_of TorchSharp), and building it here needs system packages." \
            "Install them and run this again:" \
            "    sudo apt-get install ${lacking[*]}" \
            "On a system without these packages, unpack libtorch anywhere and name its folder: LIBTORCH=/path/to/libtorch"
    fi
    stage "Installing ${lacking[*]}" apt install_packages "${lacking[@]}"
}

# --- the feed -----------------------------------------------------------------------------------------------------

# The version carries a fingerprint of what it was built from, so that no package cache serves an older build.
suffix_for() { # <fingerprint>
    echo "-offline.h$1"
}

# build_package <package id> <fingerprint> <build command...>: called with the folder for the packages and the version.
build_package() {
    local package=$1 version
    version=$(version_of "$package")$(suffix_for "$2")
    shift 2
    [[ -f $feed/$package.$version.nupkg ]] && return 0
    rm -rf "$offline/building"
    mkdir -p "$feed" "$offline/building"
    stage "Building $package $version" "offline-$package" "$@" "$offline/building" "$version"
    rm -f "$feed/$package"*.nupkg
    mv "$offline/building"/*.nupkg "$feed"
}

pack_naudio() { dotnet pack "$here/NAudio" -c Release -o "$1" -p:OfflineVersion="$2" --nologo -v q; }

write_props() { # <property lines>
    local text
    text=$(printf '<Project>\n  <PropertyGroup>\n    <RestoreAdditionalProjectSources>%s</RestoreAdditionalProjectSources>\n%s  </PropertyGroup>\n</Project>' \
        "\$(RestoreAdditionalProjectSources);\$(MSBuildThisFileDirectory)feed" "$1")
    [[ -f $props && $(<"$props") == "$text" ]] || printf '%s\n' "$text" >"$props"
}

mkdir -p "$offline" "$logs"
if [[ $mode == 0 ]]; then
    rm -f "$props"
    exit 0
fi
if [[ $mode != 1 ]] && ! is_decided; then
    write_probe
    stage "Asking the package sources" probe-stage ask_sources
fi

shared=("$here"/Directory.*.props)
lines=
if is_lacking TorchSharp || is_lacking TorchSharp-cpu; then
    require_torch_toolchain
    # The native part fits one libtorch: another one is another build.
    print=$({ fingerprint "$here/native" "$here/TorchSharp" "$here/TorchSharp-cpu" "$here/build-torchsharp.sh" "${shared[@]}"
        echo "${LIBTORCH:-$(dpkg-query -W -f '${Version}' libtorch-dev)}"; } | cksum | awk '{ printf "%08x", $1 }')
    build_package TorchSharp "$print" "$here/build-torchsharp.sh"
    lines+="    <OfflineTorchSharpSuffix>$(suffix_for "$print")</OfflineTorchSharpSuffix>"$'\n'
fi
if is_lacking NAudio; then
    print=$(fingerprint "$here/NAudio" "${shared[@]}")
    build_package NAudio "$print" pack_naudio
    lines+="    <OfflineNAudioSuffix>$(suffix_for "$print")</OfflineNAudioSuffix>"$'\n'
fi
if is_lacking "$onnx"; then
    print=$(fingerprint "$here/OnnxRuntime" "$here/build-onnxruntime.sh" "${shared[@]}")
    build_package "$onnx" "$print" "$here/build-onnxruntime.sh"
    lines+="    <OfflineOnnxRuntimeSuffix>$(suffix_for "$print")</OfflineOnnxRuntimeSuffix>"$'\n'
fi

if [[ -n $lines ]]; then
    write_props "$lines"
else
    rm -f "$props"
fi
