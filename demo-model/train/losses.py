"""What training asks of the model: the answer, and the glyphs under every part of the picture."""
import torch
import torch.nn.functional as F
from torch import nn

import tokenizer
from model import WIDTH, DemoModel, positions, rope
from views import CELL_SLOTS, PATCH_SLOTS

SPREAD = 1.2        # a coordinate is right in a bell of this width (in thousandths): near misses cost less than far ones


class Trainee(nn.Module):
    """The model and the heads that are used only while training.

    Every 32x32 image vector and every 16x16 patch vector must name the glyphs whose centres lie in it, in order (an image vector those of its upper and of
    its lower half), through the text model's own embedding table, and say how many they are. Each patch must say how far the print's top and bottom edges are, each image
    vector where the glyph of every slot stands in it, and where on the whole picture: the coordinates that an answer would give, through the embeddings
    of their numbers. Nothing else tells the text model where a line is: its rotary positions only say how far apart two vectors are."""

    def __init__(self):
        super().__init__()
        self.net = DemoModel()
        self.cell_slots, self.cell_count = nn.Linear(WIDTH, CELL_SLOTS * WIDTH), nn.Linear(WIDTH, CELL_SLOTS + 1)
        self.patch_slots, self.patch_count = nn.Linear(WIDTH, PATCH_SLOTS * WIDTH), nn.Linear(WIDTH, PATCH_SLOTS + 1)
        self.edges, self.where, self.places = nn.Linear(WIDTH, 2), nn.Linear(WIDTH, CELL_SLOTS * 3), nn.Linear(WIDTH, 5 * WIDTH)
        for head in (self.cell_slots, self.patch_slots, self.places):
            nn.init.normal_(head.weight, std=.03)
            nn.init.zeros_(head.bias)
        v = torch.arange(1000).float()
        bell = torch.exp(-.5 * ((v[:, None] - v) / SPREAD) ** 2)
        self.register_buffer("bell", bell / bell.sum(1, keepdim=True), persistent=False)
        self.register_buffer("beside", torch.arange(-4, 5), persistent=False)
        self.register_buffer("numbers", torch.tensor(tokenizer.NUMBER), persistent=False)

    def forward(self, pixels, batch, apart=False):
        """Losses (answer, cells, patches, edges, places) and what was right. apart: the heads learn without moving the model."""
        rows, columns = pixels.shape[2] // 32, pixels.shape[3] // 32
        patch, image = self.net.see(pixels)
        tokens = batch["tokens"]
        x = self.net.embed(image, batch["inputs"][:, :-1])
        cos, sin = rope(positions(rows, columns, x.shape[1], x.device))
        hidden = self.net.read(x, cos, sin)[:, x.shape[1] - tokens.shape[1]:]
        answer, right, truth = self.answer_loss(hidden.flatten(0, 1)[batch["at"]], tokens.flatten()[batch["at"]], batch)
        if apart: image, patch = image.detach(), patch.detach()
        cell = image[:, 1:-1].unflatten(1, (rows, columns + 1))[:, :, :columns].reshape(-1, WIDTH)
        cells = self.slot_loss(cell, self.cell_slots, self.cell_count, batch["cell_used"], batch["cell_at"], batch["cell_token"], batch["cell_count"])
        patch = patch.flatten(0, 1)
        patches = self.slot_loss(patch, self.patch_slots, self.patch_count, batch["patch_used"], batch["patch_at"], batch["patch_token"], batch["patch_count"])
        edges = places = answer.detach() * 0
        if len(batch["edge"]):
            where = self.where(cell[batch["cell_used"]]).view(-1, 3)[batch["cell_at"]]
            places = self.place_loss(cell[batch["cell_used"]], batch["cell_place"].flatten())
            edges = F.l1_loss(self.edges(patch[batch["patch_used"]]).float(), batch["edge"]) + 2 * F.l1_loss(where.float(), batch["where"])
        return answer, cells, patches, edges, places, right, truth

    def answer_loss(self, hidden, truth, batch):
        """Cross-entropy, for coordinates against a bell about the right one."""
        logits = F.linear(hidden, self.net.embedding.to(hidden.dtype)).float()
        hit = logits.gather(1, truth[:, None])[:, 0]
        bells = self.bell[batch["coordinate"]]
        hit = hit.index_copy(0, batch["place"], (logits[batch["place"]][:, self.numbers] * bells).sum(-1))
        weight = batch["weight"]
        return ((logits.logsumexp(-1) - hit) * weight).sum() / weight.sum(), (logits.argmax(-1) == truth).float(), truth

    def place_loss(self, vectors, truth):
        """Cross-entropy of places on the picture, against a bell as wide as that of the answers. truth: 0..999, five a vector."""
        logits = F.linear(self.places(vectors).view(-1, WIDTH), self.net.embedding[self.numbers].to(vectors.dtype)).float()
        near = (truth[:, None] + self.beside).clamp(0, 999)
        return (logits.logsumexp(-1) - logits.gather(1, near) @ self.bell[500, 500 + self.beside]).mean()

    def slot_loss(self, vectors, slots, counter, used, at, token, count):
        counted = .5 * F.cross_entropy(counter(vectors).float(), count)
        if not len(token): return counted
        named = F.linear(slots(vectors[used]).view(-1, WIDTH)[at], self.net.embedding.to(vectors.dtype))
        return F.cross_entropy(named.float(), token) + counted
