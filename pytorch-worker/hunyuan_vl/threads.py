"""One number of threads for torch and for the BLAS behind it."""

import ctypes

import torch


def limit_threads(count: int) -> None:
    """Debian's torch calls OpenBLAS, which has a thread pool of its own and does not follow torch's setting."""
    torch.set_num_threads(count)
    try:
        ctypes.CDLL("libopenblas.so.0").openblas_set_num_threads(count)
    except OSError:
        pass  # another BLAS: torch's own setting is all there is
