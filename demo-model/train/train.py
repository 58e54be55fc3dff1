"""Trains the demo checkpoint on one GPU. See README.md.

    FONTS=fonts python3 train.py --out OUT --seconds 540 --share 0.3 0.65 --init model.safetensors     one leg
    FONTS=fonts python3 train.py --out OUT --seconds 540 --share 0.65 1 --resume                       the next one

A leg takes --seconds of wall-clock time in all and moves the schedule from the first to the second share of 1. It goes on from OUT/state.pt
(--resume, where that is still there), from weights alone (--init: the optimiser starts anew and is warmed up), or from nothing. It leaves OUT/state.pt, OUT/model.safetensors (the last
weights) and OUT/mean.safetensors (their running mean).
"""
import argparse
import json
import math
import os
import random
import time

START = time.time()
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"): os.environ.setdefault(_name, "1")      # one core for each of the workers

import torch

import batches
import damage
import eight_bits
import model
import tokenizer
import weights
from losses import Trainee
from optimiser import Flat, Muon

HAN_FIRST = tokenizer.one("啊")


def arguments():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--out", required=True, help="folder for state and weights")
    a.add_argument("--seconds", type=float, required=True, help="wall-clock length of this leg, the start included")
    a.add_argument("--share", type=float, nargs=2, default=(0., 1.), help="shares of the schedule where the leg begins and ends")
    a.add_argument("--init", help="safetensors file to start from")
    a.add_argument("--resume", action="store_true", help="go on from OUT/state.pt; where it is missing, from --init")
    a.add_argument("--rate", type=float, default=1.6e-3, help="Muon's learning rate at its peak")
    a.add_argument("--adam-rate", type=float, default=6.5e-4)
    a.add_argument("--eight-bits", type=float, default=.5, help="part of the steps in which the vision tower, and of those in which the decoder, is rounded to 8 bits")
    a.add_argument("--pages", type=int, default=224, help="pages a batch at 512x512")
    a.add_argument("--workers", type=int, default=15)
    a.add_argument("--seed", type=int, default=1)
    a.add_argument("--steps", type=int, default=10 ** 9, help="stop after this many steps")
    a.add_argument("--profile", action="store_true", help="print where 12 steps spend their time, then go on")
    a.add_argument("--eager", action="store_true", help="do not compile")
    return a.parse_args()


def rate(share):
    """Learning rate as a part of its peak: flat, then a cosine to nearly nothing."""
    return .5 * (1 + math.cos(math.pi * max(0., (share - .1) / .9))) * .995 + .005


class Leg:
    def __init__(self, a):
        self.a, self.device = a, "cuda" if torch.cuda.is_available() else "cpu"
        torch.manual_seed(a.seed)
        random.seed(a.seed)
        torch.set_float32_matmul_precision("high")
        if self.device == "cuda": torch.backends.cuda.enable_cudnn_sdp(False)      # it builds a plan for every new shape
        self.net = Trainee().to(self.device)
        if self.device == "cuda" and not a.eager: self.net.net.compile()
        self.flat = Flat(self.net.parameters())
        matrix = [n for n, p in self.net.named_parameters() if p.ndim >= 2 and not any(k in n for k in ("embed", "count", "edges", "where", "places"))]
        named = dict(self.net.named_parameters())
        self.muon = Muon([named[n] for n in matrix])
        rest = [p for n, p in named.items() if n not in set(matrix)]
        self.adam = torch.optim.AdamW(rest, lr=a.adam_rate, betas=(.9, .95), weight_decay=.01, **({"fused": True} if self.device == "cuda" else {}))
        self.steps, self.fresh_heads = 0, 0            # steps of this optimiser; steps during which new heads learn alone
        state = os.path.join(a.out, "state.pt")
        if a.resume and os.path.exists(state): self.restore(torch.load(state, map_location=self.device))
        elif a.init:
            self.net.net.load_state_dict(weights.load(a.init))
            self.fresh_heads = 100
        self.mean, self.mean_steps = self.flat.data.clone(), 0
        self.eight_bits = eight_bits.EightBits(self.net.net, self.flat)

    def restore(self, state):
        self.flat.data.copy_(state["data"])
        self.muon.load_state_dict(state["muon"])
        self.adam.load_state_dict(state["adam"])
        self.steps = state["steps"]

    def save(self):
        os.makedirs(self.a.out, exist_ok=True)
        state = os.path.join(self.a.out, "state.pt")
        torch.save(dict(data=self.flat.data, muon=self.muon.state_dict(), adam=self.adam.state_dict(), steps=self.steps), state + ".new")
        os.replace(state + ".new", state)
        last = self.flat.data.clone()
        for name, values in (("model", last), ("mean", self.mean)):
            self.flat.data.copy_(values)
            weights.save(os.path.join(self.a.out, name + ".safetensors"), self.net.net.state_dict())
        self.flat.data.copy_(last)

    def batch(self, packed):
        b = {k: v.to(self.device, non_blocking=True) for k, v in packed.items()}
        return {k: v if v.is_floating_point() else v.long() for k, v in b.items()}

    def step(self, pixels, packed, level, share):
        """One step of the optimiser; returns the losses and what was right, still on the device."""
        b = self.batch(packed)
        x = damage.normalise(damage.resize(damage.damage(pixels, b["matrix"], level), model.scaled_size(*pixels.shape[2:])))
        apart = self.steps < self.fresh_heads
        part = 1.0 if share < .6 else 1.0 - .6 * (share - .6) / .4         # the dense targets matter less and less
        with self.eight_bits.during(*(not apart and random.random() < self.a.eight_bits for _ in range(2))):
            with torch.autocast(self.device, torch.bfloat16, enabled=self.device == "cuda"):
                answer, cells, patches, edges, places, right, truth = self.net(x, b, apart)
            (answer + part * (cells + .5 * patches + .5 * edges + .5 * places)).backward()
        norm = self.flat.clip(1.0)
        warm = min(1., (self.steps + 1) / (60 if self.a.init or self.a.resume else 300))
        for group in self.adam.param_groups: group["lr"] = self.a.adam_rate * warm * rate(share)
        self.adam.step()
        self.muon.step(self.a.rate * warm * rate(share))
        self.flat.grad.zero_()
        self.steps += 1
        self.mean_steps += 1
        self.mean.lerp_(self.flat.data, 1 - min(.998, self.mean_steps / (self.mean_steps + 9)))
        return torch.stack([answer, cells, patches, edges, places, norm]).detach(), right, truth


def report(leg, share, losses, right, truth, pages, clock, waited, skipped, shape):
    m = torch.stack(losses).nanmean(0).tolist()
    han = truth >= HAN_FIRST
    line = dict(step=leg.steps, seconds=round(time.time() - START), share=round(share, 3), answer=round(m[0], 4), cells=round(m[1], 4), patches=round(m[2], 4),
                edges=round(m[3], 4), places=round(m[4], 4), norm=round(m[5], 2), right=round(right.mean().item(), 4), han=round(right[han].mean().item(), 4),
                pages=pages, a_second=round(pages / max(clock, 1e-9)), waited=round(waited, 1), skipped=int(skipped), shape=list(shape))
    print(json.dumps(line), flush=True)


def profile(leg, source, share):
    from torch.profiler import ProfilerActivity, profile as record
    torch.cuda.synchronize()
    t = time.time()
    with record(activities=[ProfilerActivity.CUDA, ProfilerActivity.CPU]) as p:
        for pixels, packed, level in source: leg.step(pixels, packed, level, share)
        torch.cuda.synchronize()
    print("profiled seconds", time.time() - t)
    print(p.key_averages().table(sort_by="self_cuda_time_total", row_limit=28, max_name_column_width=60))


def main():
    a = arguments()
    leg = Leg(a)
    first, last = a.share
    shared = torch.zeros(1).share_memory_()
    shared[0] = first
    data = batches.Batches(shared, a.seed + int(first * 1000), a.pages)
    # Batches may come in any order: a worker that draws large pages must not hold up the others (PyTorch 2.6 and later).
    options = {"prefetch_factor": 2, "in_order": False} if a.workers else {}
    loader = iter(torch.utils.data.DataLoader(data, batch_size=None, num_workers=a.workers, pin_memory=leg.device == "cuda", **options))
    begin, spare, losses, pages, waited, again, profiled = None, [], [], 0, 0., .5, not a.profile
    share, saved = first, time.time()
    while share < last and leg.steps < a.steps:
        share = first if begin is None else first + (last - first) * (time.time() - begin) / (a.seconds - (begin - START))
        shared[0] = min(share, 1.)
        if len(spare) < 8 or random.random() >= again:      # a second view of an earlier page only when drawing cannot keep up
            t = time.time()
            pictures, packed, level = next(loader)
            t = time.time() - t
            if begin is not None: waited += t
            again = min(.66, again + min(.1, t * .3)) if t > .01 else max(0., again - .002)
            pixels = pictures.to(leg.device, non_blocking=True).permute(0, 3, 1, 2).contiguous()
            spare = (spare + [(pixels, other, level) for other in packed[1:]])[-32:]
            packed = packed[0]
        else: pixels, packed, level = spare.pop(random.randrange(len(spare)))
        out, right, truth = leg.step(pixels, packed, level, min(share, 1.))
        losses.append(out)
        if begin is None:                               # the compiler has run
            begin = time.time()
            print("ready after", round(begin - START), "s", flush=True)
        pages += len(pixels)
        if leg.steps % 100 == 0 or leg.device == "cpu":
            report(leg, share, losses[-100:], right, truth, pages, time.time() - begin, waited, data.skipped[0], (*pixels.shape, packed["tokens"].shape[1]))
            losses = losses[-100:]
        if not profiled and leg.steps > 60:
            profile(leg, [(s[0], s[1], s[2]) for s in spare[-12:]], share)
            profiled = True
        if time.time() - saved > 120:
            leg.save()
            saved = time.time()
    leg.save()
    print(f"done: step {leg.steps}, {pages} pages, {time.time() - START:.0f} s", flush=True)
    os._exit(0)                                         # the workers draw for ever


if __name__ == "__main__":
    main()
