"""What the vision tower and the decoder share: RMSNorm and attention."""

from typing import Optional

import torch
from torch.nn import functional

_FUSED = hasattr(functional, "scaled_dot_product_attention")  # since torch 2.0


def rms_norm(hidden: torch.Tensor, weight: torch.Tensor, epsilon: float) -> torch.Tensor:
    """RMSNorm over the last axis, computed in float32."""
    values = hidden.float()
    values = values * torch.rsqrt(values.square().mean(-1, keepdim=True) + epsilon)
    return weight * values.to(hidden.dtype)


def attend(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, mask: Optional[torch.Tensor]) -> torch.Tensor:
    """softmax(q k' / sqrt(d) + mask) v over the last two axes; `mask` is additive and may be None."""
    if _FUSED:
        return functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
    scores = torch.matmul(query * query.shape[-1] ** -0.5, key.transpose(-1, -2))
    if mask is not None:
        scores += mask
    return torch.matmul(torch.softmax(scores, -1, dtype=torch.float32).to(value.dtype), value)
