# What run.sh, test.sh and the export of the demo model need; sourced by them.

# Runs a command silently; shows its output only when it fails.
quiet() {
  local log
  log=$(mktemp)
  if "$@" >"$log" 2>&1; then rm -f "$log"; return 0; fi
  local code=$?
  cat "$log" >&2
  rm -f "$log"
  return "$code"
}

require_dotnet() {
  if ! command -v dotnet >/dev/null || ! dotnet --list-sdks | grep -q '^10\.'; then
    echo "The .NET 10 SDK is missing. Install it (https://dotnet.microsoft.com/download/dotnet/10.0) and run this again." >&2
    exit 2
  fi
  export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
}

require_node() {
  if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    echo "Node.js 20 or later with npm is missing. Install it (https://nodejs.org) and run this again." >&2
    exit 2
  fi
}

# Installs Debian packages that are not there yet; says what is missing where it may not, and what follows ($without).
install_packages() {
  local missing=() package
  for package in "$@"; do
    dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  local sudo=""
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "Missing Debian packages: ${missing[*]}. Install them with apt-get; ${without:-the tests that need them are skipped}." >&2
      return 0
    fi
    sudo=sudo
  fi
  echo "Installing ${missing[*]} ..."
  quiet $sudo apt-get update -q || true
  quiet $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" ||
    echo "Could not install ${missing[*]}; ${without:-the tests that need them are skipped}." >&2
}

# As install_packages, for packages that bring a service: its programs are wanted, not a server running from now on.
install_without_starting() {
  local policy=/usr/sbin/policy-rc.d made=""
  if [ ! -e "$policy" ] && [ -w /usr/sbin ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy" && made=1
  fi
  local package absent=()
  for package in "$@"; do dpkg -s "$package" >/dev/null 2>&1 || absent+=("$package"); done
  install_packages "$@"
  if [ -n "$made" ]; then rm -f "$policy"; fi
  # Where the policy could not be set (not root), the service is stopped again; one that was there before is left alone.
  if [ -z "$made" ] && [ ! -e "$policy" ] && command -v systemctl >/dev/null; then
    for package in "${absent[@]}"; do
      sudo systemctl disable --now "${package%-light}" >/dev/null 2>&1 || true
    done
  fi
}
