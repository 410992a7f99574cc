"""Expected values and gradients of the losses, from PyTorch: /usr/bin/python3 losses.py > losses.json (Debian's python3-torch).

What PyTorch has no function for is written from its definition with PyTorch's autograd and distributions.
"""
import json
import random

import torch
import torch.nn.functional as F

random.seed(3)


def numbers(rows, columns, low=-2.0, high=2.0):
    return [[round(random.uniform(low, high), 3) for _ in range(columns)] for _ in range(rows)]


def tensor(values):
    return torch.tensor(values, dtype=torch.float64)


cases = []


def case(name, loss, prediction, target, second=False):
    """The loss as mean and as sum, and the gradients of the mean."""
    entry = {"name": name, "prediction": prediction, "target": target}
    p = tensor(prediction).requires_grad_()
    t = tensor(target)
    if second:
        t.requires_grad_()
    mean = loss(p, t, "mean")
    mean.backward()
    entry["mean"] = mean.item()
    entry["gradient"] = p.grad.flatten().tolist()
    if second:
        entry["secondGradient"] = t.grad.flatten().tolist()
    entry["sum"] = loss(p, t, "sum").item()
    cases.append(entry)


def reduced(losses, reduction):
    return losses.mean() if reduction == "mean" else losses.sum()


p, t = numbers(5, 3), numbers(5, 3)
case("MeanSquaredError", lambda a, b, r: F.mse_loss(a, b, reduction=r), p, t, second=True)
case("MeanAbsoluteError", lambda a, b, r: F.l1_loss(a, b, reduction=r), p, t, second=True)
case("RootMeanSquaredError", lambda a, b, r: F.mse_loss(a, b).sqrt(), p, t)
case("Huber", lambda a, b, r: F.huber_loss(a, b, reduction=r), p, t)
case("Huber, delta 0.6", lambda a, b, r: F.huber_loss(a, b, reduction=r, delta=0.6), p, t)
case("Quantile, 0.9", lambda a, b, r: reduced(torch.maximum(0.9 * (b - a), -0.1 * (b - a)), r), p, t)
q, u = numbers(5, 3, 0.1, 9), numbers(5, 3, 0, 9)
case("MeanSquaredLogarithmicError", lambda a, b, r: F.mse_loss(a.log1p(), b.log1p(), reduction=r), q, u)

signs = [1, -1, -1, 1, -1]
case("CosineEmbedding", lambda a, b, r: F.cosine_embedding_loss(a, b, torch.ones(5), reduction=r), p, t, second=True)
case("CosineEmbedding, labels, margin 0.1",
     lambda a, b, r: F.cosine_embedding_loss(a, b, tensor(signs), margin=0.1, reduction=r), p, t, second=True)

flags = [[random.choice([-1, 1]) for _ in range(3)] for _ in range(5)]
case("Hinge", lambda a, b, r: reduced(F.relu(1 - a * b), r), p, flags)
case("MultiClassHinge", lambda a, b, r: F.multi_margin_loss(a, b.long(), reduction=r), p, [2, 0, 1, 1, 0])
case("MultiClassHinge, margin 0.5", lambda a, b, r: F.multi_margin_loss(a, b.long(), margin=0.5, reduction=r), p, [2, 0, 1, 1, 0])

chances, yes = numbers(5, 3, 0, 1), [[random.choice([0, 1, 0.25]) for _ in range(3)] for _ in range(5)]
case("BinaryCrossEntropy", lambda a, b, r: F.binary_cross_entropy(a, b, reduction=r), chances, yes)
edge = [[2**-30, 1 - 2**-20, 0, 1]]
case("BinaryCrossEntropy at the edges", lambda a, b, r: F.binary_cross_entropy(a, b, reduction=r), edge, [[1, 0, 0, 1]])
case("BinaryCrossEntropyWithLogits", lambda a, b, r: F.binary_cross_entropy_with_logits(a, b, reduction=r), p, yes)
case("BinaryCrossEntropyWithLogits, positive weights",
     lambda a, b, r: F.binary_cross_entropy_with_logits(a, b, reduction=r, pos_weight=tensor([3, 0.5, 10])), p, yes)
far = [[1000, -1000, 60, -60]]
case("BinaryCrossEntropyWithLogits far out", lambda a, b, r: F.binary_cross_entropy_with_logits(a, b, reduction=r), far, [[0, 1, 1, 0]])

logits, labels, weights = numbers(6, 4, -5, 5), [3, 0, 1, 2, 2, 1], tensor([0.5, 2, 1, 3])
soft = torch.softmax(tensor(numbers(6, 4)), 1).tolist()
case("CrossEntropy", lambda a, b, r: F.cross_entropy(a, b.long(), reduction=r), logits, labels)
case("CrossEntropy far out", lambda a, b, r: F.cross_entropy(a, b.long(), reduction=r), [[1000, 0, -1000], [0, 800, 900]], [0, 1])
case("CrossEntropy, class weights", lambda a, b, r: F.cross_entropy(a, b.long(), weight=weights, reduction=r), logits, labels)
case("CrossEntropy, smoothing 0.1", lambda a, b, r: F.cross_entropy(a, b.long(), label_smoothing=0.1, reduction=r), logits, labels)
case("CrossEntropy, ignore 2", lambda a, b, r: F.cross_entropy(a, b.long(), ignore_index=2, reduction=r), logits, labels)
case("CrossEntropy, all", lambda a, b, r: F.cross_entropy(
    a, b.long(), weight=weights, label_smoothing=0.2, ignore_index=2, reduction=r), logits, labels)
case("CrossEntropy, distributions", lambda a, b, r: F.cross_entropy(a, b, reduction=r), logits, soft)
case("CrossEntropy, distributions, all",
     lambda a, b, r: F.cross_entropy(a, b, weight=weights, label_smoothing=0.2, reduction=r), logits, soft)

parts = torch.softmax(tensor(logits), 1).tolist()
case("CategoricalCrossEntropy", lambda a, b, r: F.nll_loss(a.log(), b.long(), reduction=r), parts, labels)
case("CategoricalCrossEntropy, class weights", lambda a, b, r: F.nll_loss(a.log(), b.long(), weight=weights, reduction=r), parts, labels)
case("CategoricalCrossEntropy, distributions", lambda a, b, r: reduced(-(b * a.log()).sum(1), r), parts, soft)
logs = torch.log_softmax(tensor(logits), 1).tolist()
case("KLDivergence", lambda a, b, r: F.kl_div(a, b, reduction="batchmean" if r == "mean" else r), logs, soft)
hard = F.one_hot(torch.tensor(labels)).double().tolist()
case("KLDivergence, one-hot", lambda a, b, r: F.kl_div(a, b, reduction="batchmean" if r == "mean" else r), logs, hard)


def focal(a, b, r, gamma, alpha=None):
    log = torch.log_softmax(a, 1).gather(1, b.long()[:, None])[:, 0]
    losses = -((1 - log.exp()) ** gamma) * log
    return reduced(losses if alpha is None else losses * alpha[b.long()], r)


def binary_focal(a, b, r, gamma, alpha):
    chance = a.sigmoid()
    right = chance * b + (1 - chance) * (1 - b)
    weight = alpha * b + (1 - alpha) * (1 - b)
    return reduced(weight * (1 - right) ** gamma * F.binary_cross_entropy_with_logits(a, b, reduction="none"), r)


bits = [[random.choice([0, 1]) for _ in range(3)] for _ in range(5)]
case("Focal", lambda a, b, r: focal(a, b, r, 2), logits, labels)
case("Focal, gamma 0.5, class weights", lambda a, b, r: focal(a, b, r, 0.5, weights), logits, labels)
case("BinaryFocal", lambda a, b, r: binary_focal(a, b, r, 2, 0.25), p, bits)
case("BinaryFocal, gamma 1.5, alpha 0.9", lambda a, b, r: binary_focal(a, b, r, 1.5, 0.9), p, bits)


def mixture(a, b, r):
    d, k = b.shape[1], a.shape[1] // (b.shape[1] + 2)
    normals = torch.distributions.Normal(a[:, 2 * k:].reshape(-1, k, d), a[:, k:2 * k, None].exp())
    parts = torch.distributions.Independent(normals, 1)
    density = torch.distributions.MixtureSameFamily(torch.distributions.Categorical(logits=a[:, :k]), parts)
    return reduced(-density.log_prob(b), r)


case("MixtureDensity", mixture, numbers(5, 9), numbers(5, 1))
case("MixtureDensity in the plane", mixture, numbers(4, 8), numbers(4, 2))

print("[\n" + ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in cases) + "\n]")
