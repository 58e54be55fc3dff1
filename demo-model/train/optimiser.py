"""Muon for the matrices and Adam for the rest, over one flat buffer of parameters and one of gradients."""
import math

import torch


class Flat:
    """All parameters of a module as views of one tensor, and likewise their gradients: a norm, a mean or a check is one operation."""

    def __init__(self, parameters):
        self.parameters = list(parameters)
        n = sum(p.numel() for p in self.parameters)
        device = self.parameters[0].device
        self.data, self.grad = torch.empty(n, device=device), torch.zeros(n, device=device)
        at = 0
        for p in self.parameters:
            self.data[at:at + p.numel()].copy_(p.detach().reshape(-1))
            p.data = self.data[at:at + p.numel()].view(p.shape)
            p.grad = self.grad[at:at + p.numel()].view(p.shape)
            at += p.numel()

    @torch.no_grad()
    def clip(self, most):
        """Scales the gradient to at most this norm; a gradient that is not finite becomes zero. Returns the norm."""
        norm = self.grad.norm()
        self.grad.mul_((most / (norm + 1e-6)).clamp(max=1))
        torch.where(torch.isfinite(norm), self.grad, torch.zeros((), device=norm.device), out=self.grad)
        return norm


def orthogonal(x, steps=5):
    """The nearest orthogonal matrix to each of x [n, rows, columns], roughly (Newton-Schulz)."""
    x = x.bfloat16() if x.is_cuda else x.float()
    tall = x.size(-2) > x.size(-1)
    if tall: x = x.mT
    x = x / (x.norm(dim=(-2, -1), keepdim=True) * 1.02 + 1e-7)
    for _ in range(steps):
        a = x @ x.mT
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    return x.mT if tall else x


class Muon:
    def __init__(self, parameters, momentum=.95, decay=.05):
        self.momentum, self.decay, self.groups = momentum, decay, {}
        for p in parameters: self.groups.setdefault(tuple(p.flatten(1).shape), []).append(p)
        self.buffers = {k: torch.zeros(len(v), *k, device=v[0].device) for k, v in self.groups.items()}

    @torch.no_grad()
    def step(self, rate):
        for shape, members in self.groups.items():
            g, b = torch.stack([p.grad.flatten(1) for p in members]), self.buffers[shape]
            b.lerp_(g, 1 - self.momentum)
            update = orthogonal(g.lerp(b, self.momentum)).float() * (.2 * math.sqrt(max(shape)))
            torch._foreach_mul_(members, 1 - rate * self.decay)
            torch._foreach_add_(members, [u.view_as(p) for u, p in zip(update.unbind(0), members)], alpha=-rate)

    def state_dict(self):
        return {str(k): v for k, v in self.buffers.items()}

    def load_state_dict(self, state):
        for k, v in self.buffers.items(): v.copy_(state[str(k)])
