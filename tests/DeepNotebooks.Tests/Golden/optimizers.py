"""Expected paths of the optimizers and rates of the schedules, from PyTorch:
/usr/bin/python3 optimizers.py > optimizers.json (Debian's python3-torch).

Every optimizer makes 20 steps on sum(a (w - c)^2 / 2 + cos(3 w)), from w; the path is that of w. Nadam is written from its
definition: NAdam before PyTorch 2.0 takes one momentum twice (pytorch pull request 92699) and keeps their product in float32.
"""
import json
import math

import torch
from torch.optim import lr_scheduler

START = [1.5, -2.0, 0.3, 4.0]
CURVATURE = [1.0, 0.1, 10.0, 0.01]
CENTRE = [0.5, 1.0, -0.5, 0.0]


def loss(w):
    a, c = torch.tensor(CURVATURE, dtype=torch.float64), torch.tensor(CENTRE, dtype=torch.float64)
    return (a * (w - c) ** 2 / 2 + torch.cos(3 * w)).sum()


def path(make):
    w = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimizer = make([w])
    points = []
    for _ in range(20):
        optimizer.zero_grad()
        loss(w).backward()
        optimizer.step()
        points.append(w.tolist())
    return points


class Nadam(torch.optim.Optimizer):
    def __init__(self, params, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, psi=4e-3):
        super().__init__(params, {})
        self.numbers = lr, betas, eps, weight_decay, psi
        self.m = self.v = 0
        self.t, self.product = 0, 1

    def step(self):
        lr, (b1, b2), eps, decay, psi = self.numbers
        w = self.param_groups[0]["params"][0]
        g = w.grad + decay * w.detach()
        self.t += 1
        now, after = (b1 * (1 - 0.5 * 0.96 ** (t * psi)) for t in (self.t, self.t + 1))
        self.product *= now
        self.m = b1 * self.m + (1 - b1) * g
        self.v = b2 * self.v + (1 - b2) * g * g
        ahead = (1 - now) * g / (1 - self.product) + after * self.m / (1 - self.product * after)
        with torch.no_grad():
            w -= lr * ahead / ((self.v / (1 - b2 ** self.t)).sqrt() + eps)


o = torch.optim
optimizers = {
    "SGD": lambda p: o.SGD(p, lr=0.05),
    "SGD, weight decay": lambda p: o.SGD(p, lr=0.05, weight_decay=0.2),
    "SGD, momentum, weight decay": lambda p: o.SGD(p, lr=0.02, momentum=0.9, weight_decay=0.1),
    "SGD, Nesterov, weight decay": lambda p: o.SGD(p, lr=0.02, momentum=0.9, weight_decay=0.1, nesterov=True),
    "Adagrad": lambda p: o.Adagrad(p),
    "Adagrad, weight decay": lambda p: o.Adagrad(p, lr=0.3, weight_decay=0.1),
    "Adadelta": lambda p: o.Adadelta(p),
    "Adadelta, weight decay": lambda p: o.Adadelta(p, lr=2, rho=0.8, eps=1e-3, weight_decay=0.1),
    "RMSProp": lambda p: o.RMSprop(p),
    "RMSProp, weight decay": lambda p: o.RMSprop(p, lr=0.05, alpha=0.9, weight_decay=0.1),
    "Adam": lambda p: o.Adam(p),
    "Adam, weight decay": lambda p: o.Adam(p, lr=0.2, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1),
    "AdamW": lambda p: o.AdamW(p),
    "AdamW, weight decay": lambda p: o.AdamW(p, lr=0.2, weight_decay=0.3),
    "AMSGrad, weight decay": lambda p: o.Adam(p, lr=0.2, betas=(0.9, 0.8), weight_decay=0.1, amsgrad=True),
    "AdaMax": lambda p: o.Adamax(p),
    "AdaMax, weight decay": lambda p: o.Adamax(p, lr=0.2, betas=(0.9, 0.8), weight_decay=0.1),
    "Nadam": lambda p: Nadam(p),
    "Nadam, weight decay": lambda p: Nadam(p, lr=0.2, betas=(0.8, 0.95), weight_decay=0.1),
}
entries = [{"name": name, "path": path(make)} for name, make in optimizers.items()]


def rates(make, steps=40):
    w = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=1.0)
    schedule = make(optimizer)
    result = []
    for _ in range(steps):
        result.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return result


schedules = {
    "Steps": lambda opt: lr_scheduler.StepLR(opt, 7, 0.3),
    "Exponential": lambda opt: lr_scheduler.ExponentialLR(opt, 0.9),
    "Cosine": lambda opt: lr_scheduler.CosineAnnealingLR(opt, 40, 0.05),
    "CosineRestarts": lambda opt: lr_scheduler.CosineAnnealingWarmRestarts(opt, 9, eta_min=0.05),
    "WarmUp": lambda opt: lr_scheduler.LinearLR(opt, 0.2, total_iters=8),
    "Cyclical": lambda opt: lr_scheduler.CyclicLR(opt, 0.1, 1.0, 6, cycle_momentum=False),
    "Cyclical, shrinking": lambda opt: lr_scheduler.CyclicLR(opt, 0.1, 1.0, 6, mode="triangular2", cycle_momentum=False),
    "OneCycle": lambda opt: lr_scheduler.OneCycleLR(opt, 1.0, total_steps=41, cycle_momentum=False),
}
entries += [{"name": name, "rates": rates(make)} for name, make in schedules.items()]

losses = [1 / (1 + t) + 0.2 * math.sin(t) for t in range(40)]
w = torch.zeros(1, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=1.0)
plateau = lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=3, min_lr=0.01)
reduced = []
for value in losses:
    plateau.step(value)
    reduced.append(optimizer.param_groups[0]["lr"])
entries.append({"name": "ReduceOnPlateau", "losses": losses, "rates": reduced})

print("[\n" + ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in entries) + "\n]")
