#!/usr/bin/env bash
# Fetches ONNX Runtime's build for CUDA 13 and the NVIDIA libraries that it needs into one folder, from the package index that pip is set to.
#   deploy/fetch-cuda.sh FOLDER [--onnxruntime-only]     (then: Engine:CudaFolder=FOLDER)
# pip compares every wheel with the index's SHA-256; each library taken out of a wheel is compared with the wheel's own record; and FOLDER/SHA256SUMS
# keeps what came, so that a later run, or `sha256sum -c SHA256SUMS` there, tells whether anything has changed since.
set -euo pipefail
folder=${1:?usage: deploy/fetch-cuda.sh FOLDER [--onnxruntime-only]}
packages=("onnxruntime-gpu==1.31.1")
if [ "${2:-}" != --onnxruntime-only ]; then
  packages+=("nvidia-cuda-runtime==13.*" "nvidia-cublas==13.*" "nvidia-curand==10.*" "nvidia-cuda-nvrtc==13.*" "nvidia-cudnn-cu13==9.*")
fi
python3 -m pip --version >/dev/null 2>&1 || { echo "python3 has no pip, which fetches the wheels: install python3-pip (Debian, Ubuntu), or run this where pip is and copy the folder." >&2; exit 1; }
wheels=$(mktemp -d)
trap 'rm -rf "$wheels"' EXIT
mkdir -p "$folder"
if [ -f "$folder/SHA256SUMS" ] && (cd "$folder" && sha256sum --quiet -c SHA256SUMS); then
  echo "$folder holds what was fetched before; nothing to do."
  exit 0
fi
platforms=()
for glibc in 2_17 2_27 2_28 2_34; do platforms+=(--platform "manylinux_${glibc}_x86_64"); done
python3 -m pip download --quiet --no-deps --only-binary=:all: --python-version 3.12 --implementation cp "${platforms[@]}" --platform manylinux2014_x86_64 -d "$wheels" "${packages[@]}"
python3 - "$wheels" "$folder" <<'PY'
import base64, csv, hashlib, io, pathlib, re, sys, zipfile

wheels, folder = map(pathlib.Path, sys.argv[1:3])
wanted = re.compile(r"(onnxruntime/capi/libonnxruntime[^/]*\.so[.0-9]*|nvidia/.*/lib/lib(cudart|cublas|cublasLt|curand|nvrtc|nvrtc-builtins|cudnn[a-z_]*)\.so[.0-9]*)$")
sums = {}
for wheel in sorted(wheels.glob("*.whl")):
    with zipfile.ZipFile(wheel) as archive:
        record = next(name for name in archive.namelist() if name.endswith(".dist-info/RECORD"))
        hashes = {row[0]: row[1] for row in csv.reader(io.StringIO(archive.read(record).decode())) if row}
        taken = [name for name in archive.namelist() if wanted.search(name)]
        if not taken:
            sys.exit(f"{wheel.name} holds none of the libraries that were expected; another version may lay them out otherwise.")
        for name in taken:
            data = archive.read(name)
            digest = hashlib.sha256(data)
            if hashes.get(name) != "sha256=" + base64.urlsafe_b64encode(digest.digest()).rstrip(b"=").decode():
                sys.exit(f"{wheel.name}: {name} is not what the wheel's record says. Fetch it again.")
            file = folder / pathlib.PurePosixPath(name).name
            file.write_bytes(data)
            sums[file.name] = digest.hexdigest()
for file in sorted(folder.glob("libonnxruntime.so.1.*")):
    link = folder / "libonnxruntime.so.1"
    link.unlink(missing_ok=True)
    link.symlink_to(file.name)
(folder / "SHA256SUMS").write_text("".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items())))
print(f"{folder}: {len(sums)} libraries.")
PY
for needed in libonnxruntime.so.1 libonnxruntime_providers_cuda.so libonnxruntime_providers_shared.so; do
  [ -e "$folder/$needed" ] || { echo "$needed did not come with the wheels; take it from the project's releases." >&2; exit 1; }
done
