"""Outputs, gradients and running averages of the layers, from PyTorch: /usr/bin/python3 layers.py > layers.json (Debian's python3-torch).

Inputs and weights follow a rule that LayerGoldenTests knows too, so that only results are stored, all in float64.
"""
import json

import torch
from torch import nn
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def numbers(shape, seed, scale=1.0):
    """The k-th number is ((7919 k + 6113 seed) mod 2003) / 1001 - 1, scaled: without order, in [-1, 1], and exact."""
    k = torch.arange(torch.Size(shape).numel(), dtype=torch.int64)
    return (((k * 7919 + seed * 6113) % 2003) / 1001.0 - 1).reshape(shape) * scale


cases = []


def case(name, module, shape, call=None, train=True, inputs=None):
    module.train(train)
    parameters = dict(module.named_parameters())
    with torch.no_grad():
        for i, key in enumerate(sorted(parameters)):
            parameters[key].copy_(numbers(parameters[key].shape, 10 + i, 0.5))
    x = (numbers(shape, 1, 2.0) if inputs is None else torch.tensor(inputs, dtype=torch.float64)).requires_grad_()
    y = (call or (lambda m, v: m(v)))(module, x)
    outputs = y if isinstance(y, tuple) else (y,)
    flat = torch.cat([o.flatten() for o in outputs])
    (flat * numbers(flat.shape, 2)).sum().backward()
    cases.append({
        "name": name,
        "shape": list(outputs[0].shape),
        "output": flat.tolist(),
        "input": [] if x.grad is None else x.grad.flatten().tolist(),
        "gradients": {key: value.grad.flatten().tolist() for key, value in parameters.items()},
        "buffers": {key: value.flatten().tolist() for key, value in module.named_buffers() if "num_batches" not in key},
    })


case("Linear", nn.Linear(3, 2), (4, 3))
for name, options, shape in [
    ("plain", dict(kernel_size=3), (2, 2, 5, 6)),
    ("1x1", dict(kernel_size=1), (2, 2, 3, 2)),
    ("stride 2", dict(kernel_size=3, stride=2), (2, 2, 6, 7)),
    ("stride 3x2, odd", dict(kernel_size=(2, 3), stride=(3, 2)), (1, 2, 8, 9)),
    ("padding 1", dict(kernel_size=3, padding=1), (2, 2, 4, 5)),
    ("padding 2x0", dict(kernel_size=(5, 1), padding=(2, 0)), (1, 2, 4, 3)),
    ("padding same", dict(kernel_size=(4, 3), padding="same"), (1, 2, 5, 4)),
    ("padding wider than the image", dict(kernel_size=2, padding=3), (1, 2, 1, 2)),
    ("dilation 2", dict(kernel_size=3, dilation=2, padding=1), (1, 2, 6, 5)),
    ("dilation 3x2, stride 2", dict(kernel_size=(2, 3), dilation=(3, 2), stride=2, padding=(2, 1)), (1, 2, 7, 8)),
    ("without bias", dict(kernel_size=2, bias=False), (1, 2, 3, 3)),
    ("reflected", dict(kernel_size=3, padding=1, padding_mode="reflect"), (1, 2, 3, 4)),
]:
    case(f"Conv2d {name}", nn.Conv2d(2, 3, **options), shape)
case("Conv2d groups 2", nn.Conv2d(4, 6, 3, groups=2, stride=2, padding=1), (2, 4, 5, 4))
case("Conv2d depthwise", nn.Conv2d(3, 3, 3, groups=3, dilation=2, padding=2), (1, 3, 5, 5))
case("Conv2d 20 images", nn.Conv2d(1, 2, 2), (20, 1, 2, 3))
case("Conv1d plain", nn.Conv1d(2, 3, 3), (2, 2, 7))
case("Conv1d stride 2, padding 2, dilation 3", nn.Conv1d(2, 4, 3, stride=2, padding=2, dilation=3), (2, 2, 9))
case("Conv1d same, groups 2", nn.Conv1d(4, 2, 4, padding="same", groups=2), (1, 4, 5))
for name, options in [
    ("plain", dict(kernel_size=3)),
    ("stride 2", dict(kernel_size=2, stride=2)),
    ("stride 3x2, padding 1, extra", dict(kernel_size=(4, 3), stride=(3, 2), padding=1, output_padding=(2, 1))),
    ("dilation 2, without bias", dict(kernel_size=3, dilation=2, padding=(0, 1), bias=False)),
]:
    case(f"ConvTranspose2d {name}", nn.ConvTranspose2d(2, 3, **options), (2, 2, 3, 2))
case("ConvTranspose2d groups 2", nn.ConvTranspose2d(4, 6, 3, stride=2, groups=2), (1, 4, 2, 2))
case("MaxPool2d 2", nn.MaxPool2d(2), (2, 2, 5, 4))
case("MaxPool2d 3x2, stride 2x1, padding 1", nn.MaxPool2d((3, 2), (2, 1), 1), (1, 2, 5, 4))
case("AveragePool2d 2", nn.AvgPool2d(2), (2, 2, 5, 4))
case("AveragePool2d 3, stride 2, padding 1", nn.AvgPool2d(3, 2, 1), (1, 2, 5, 4))
case("SumPool2d 3x2, stride 1", nn.LPPool2d(1, (3, 2), 1), (1, 2, 4, 3), call=lambda m, v: m(v.exp()))
case("MaxPool1d 3, stride 2, padding 1", nn.MaxPool1d(3, 2, 1), (2, 2, 6))
case("AveragePool1d 2", nn.AvgPool1d(2), (2, 2, 5))
case("GlobalAveragePool", nn.AdaptiveAvgPool2d(1), (2, 3, 3, 2), call=lambda m, v: m(v).flatten(1))
case("GlobalMaxPool", nn.AdaptiveMaxPool2d(1), (2, 3, 3, 2), call=lambda m, v: m(v).flatten(1))

case("BatchNorm1d", nn.BatchNorm1d(3), (5, 3))
case("BatchNorm1d of sequences", nn.BatchNorm1d(3, momentum=0.3), (2, 3, 4))
case("BatchNorm1d in evaluation", nn.BatchNorm1d(3), (5, 3), train=False)
case("BatchNorm2d", nn.BatchNorm2d(2, eps=1e-3), (3, 2, 2, 3))
case("LayerNorm", nn.LayerNorm(4), (3, 4))
case("LayerNorm of two axes", nn.LayerNorm([3, 2]), (2, 2, 3, 2))
case("GroupNorm", nn.GroupNorm(2, 4), (2, 4, 3))
case("GroupNorm of images", nn.GroupNorm(1, 2), (2, 2, 2, 3))
case("InstanceNorm", nn.InstanceNorm2d(2), (2, 2, 2, 3))
case("Embedding", nn.Embedding(5, 3), None, inputs=[[4.0, 0], [2, 4]], call=lambda m, v: m(v.long()))

for name, module in [
    ("Sigmoid", nn.Sigmoid()), ("Tanh", nn.Tanh()), ("ReLU", nn.ReLU()), ("LeakyReLU", nn.LeakyReLU(0.2)), ("ELU", nn.ELU(1.3)),
    ("Softplus", nn.Softplus()), ("SiLU", nn.SiLU()), ("GELU", nn.GELU()), ("Softmax", nn.Softmax(-1)), ("PReLU", nn.PReLU()),
    ("PReLU of channels", nn.PReLU(4)),
]:
    case(name, module, (3, 4, 2))
case("RReLU in evaluation", nn.RReLU(0.1, 0.5), (3, 4), train=False)


def sequence(module, x):
    y, state = module(x)
    return (y, *state) if isinstance(state, tuple) else (y, state)


for kind in (nn.RNN, nn.LSTM, nn.GRU):
    case(f"{kind.__name__}", kind(2, 3, batch_first=True), (2, 4, 2), call=sequence)
    case(f"{kind.__name__} of one step", kind(1, 1, batch_first=True), (1, 1, 1), call=sequence)
    case(f"{kind.__name__} of two layers, both ways", kind(2, 2, num_layers=2, bidirectional=True, batch_first=True), (2, 3, 2), call=sequence)
case("RNN with ReLU", nn.RNN(2, 3, nonlinearity="relu", batch_first=True), (2, 4, 2), call=sequence)
start = (numbers((1, 2, 3), 5), numbers((1, 2, 3), 6))
case("LSTM from a state", nn.LSTM(2, 3, batch_first=True), (2, 3, 2), call=lambda m, v: (lambda y, s: (y, *s))(*m(v, start)))

mask = torch.ones(3, 3).triu(1).bool()
case("MultiHeadAttention", nn.MultiheadAttention(4, 2, batch_first=True), (2, 3, 4),
     call=lambda m, v: m(v, v, v, average_attn_weights=False))
case("MultiHeadAttention, causal", nn.MultiheadAttention(4, 1, batch_first=True), (2, 3, 4),
     call=lambda m, v: m(v, v, v, attn_mask=mask, average_attn_weights=False))
memory = numbers((2, 5, 4), 7)
case("MultiHeadAttention to a memory", nn.MultiheadAttention(4, 2, batch_first=True), (2, 3, 4),
     call=lambda m, v: m(v, memory, memory * 2, average_attn_weights=False))
case("TransformerBlock", nn.TransformerEncoderLayer(4, 2, 6, 0.0, "gelu", batch_first=True, norm_first=True), (2, 3, 4))
case("TransformerBlock, causal, norm last", nn.TransformerEncoderLayer(4, 2, 6, 0.0, "relu", batch_first=True), (2, 3, 4),
     call=lambda m, v: m(v, src_mask=mask))


class Highway(nn.Module):
    def __init__(self):
        super().__init__()
        self.transform, self.gate = nn.Linear(3, 3), nn.Linear(3, 3)

    def forward(self, x):
        t = torch.sigmoid(self.gate(x))
        return t * torch.tanh(self.transform(x)) + (1 - t) * x


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 3))

    def forward(self, x):
        return x + self.inner(x)


class RBF(nn.Module):
    def __init__(self):
        super().__init__()
        self.centers, self.beta = nn.Parameter(torch.zeros(4, 3)), nn.Parameter(torch.zeros(4))

    def forward(self, x):
        return torch.exp(-self.beta * torch.cdist(x, self.centers) ** 2)


class Inception(nn.Module):
    def __init__(self):
        super().__init__()
        def conv(i, o, k):
            return [nn.Conv2d(i, o, k, padding=k // 2), nn.ReLU()]
        self.branches = nn.ModuleList([
            nn.Sequential(*conv(2, 1, 1)), nn.Sequential(*conv(2, 2, 1), *conv(2, 1, 3)), nn.Sequential(*conv(2, 1, 5)),
            nn.Sequential(nn.MaxPool2d(3, 1, 1), *conv(2, 1, 1))])

    def forward(self, x):
        return torch.cat([b(x) for b in self.branches], 1)


class Vgg(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.ReLU(), nn.Conv2d(2, 2, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))

    def forward(self, x):
        return self.layers(x)


case("Highway", Highway(), (4, 3))
case("Residual", Residual(), (4, 3))
case("RBF", RBF(), (5, 3))
case("InceptionBlock", Inception(), (1, 2, 4, 3))
case("VggBlock", Vgg(), (1, 1, 5, 4))

print("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]")
