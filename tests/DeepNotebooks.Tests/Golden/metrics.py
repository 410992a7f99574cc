"""Makes metrics.json: metrics, scalers and a Gaussian process as scikit-learn computes them.

Run: /usr/bin/python3 metrics.py   (Debian: apt-get install python3-sklearn; written with 1.2.1)
"""
import json
import pathlib

import numpy as np
from sklearn import metrics
from sklearn.calibration import calibration_curve
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import Matern
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

rng = np.random.default_rng(7)


def plain(value):
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value


truth = rng.integers(0, 4, 60)
predicted = np.where(rng.random(60) < 0.6, truth, rng.integers(0, 4, 60))
confusion = {"truth": truth, "predicted": predicted, "matrix": metrics.confusion_matrix(truth, predicted)}
for name, score in (("precision", metrics.precision_score), ("recall", metrics.recall_score), ("f1", metrics.f1_score)):
    confusion[name] = score(truth, predicted, average=None)
    for average in ("macro", "micro", "weighted"):
        confusion[f"{name}_{average}"] = score(truth, predicted, average=average)

labels = (rng.random(80) < 0.3).astype(int)
scores = np.round(labels * 0.8 + rng.normal(size=80), 1)  # rounded: with ties
fpr, tpr, thresholds = metrics.roc_curve(labels, scores, drop_intermediate=False)
curves = {"labels": labels, "scores": scores, "fpr": fpr, "tpr": tpr, "thresholds": thresholds[1:],
          "roc_area": metrics.roc_auc_score(labels, scores), "average_precision": metrics.average_precision_score(labels, scores)}
precision, recall, _ = metrics.precision_recall_curve(labels, scores)
curves["precision"], curves["recall"] = precision[::-1], recall[::-1]

probabilities = rng.random(200)
came = (rng.random(200) < probabilities ** 2).astype(int)
observed, mean = calibration_curve(came, probabilities, n_bins=8)
calibration = {"probabilities": probabilities, "labels": came, "bins": 8, "observed": observed, "predicted": mean}

targets, estimates = rng.normal(size=30), rng.normal(size=30)
estimates = targets + estimates / 2
logits, classes = rng.normal(size=(20, 5)) * 2, rng.integers(0, 5, 20)
softmax = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
other = {"targets": targets, "estimates": estimates, "r2": metrics.r2_score(targets, estimates), "logits": logits, "classes": classes,
         "perplexity": np.exp(metrics.log_loss(classes, softmax, labels=range(5)))}

train, test = rng.normal(size=(12, 3)) * [1, 10, 0.1] + [5, 0, -1], rng.normal(size=(5, 3))
train[3, 1] = 400
scalers = {"train": train, "test": test, "standard": StandardScaler().fit(train).transform(test),
           "minmax": MinMaxScaler().fit(train).transform(test), "robust": RobustScaler().fit(train).transform(test)}
table = np.round(rng.normal(size=(15, 3)))
hole = rng.random((15, 3)) < 0.25
holed = np.where(hole, np.nan, table)
imputers = {"table": table, "missing": hole.astype(int)}
for name, strategy in (("mean", "mean"), ("median", "median"), ("mode", "most_frequent")):
    imputers[name] = SimpleImputer(strategy=strategy).fit(holed).transform(holed)

x, at = rng.random((12, 2)), rng.random((6, 2))
y = np.sin(5 * x[:, 0]) + x[:, 1]
process = GaussianProcessRegressor(Matern([0.3, 0.9], nu=2.5), alpha=1e-4, optimizer=None).fit(x, y)
mean, deviation = process.predict(at, return_std=True)
gaussian = {"x": x, "y": y, "at": at, "lengths": [0.3, 0.9], "noise": 1e-4, "mean": mean, "deviation": deviation,
            "log_likelihood": process.log_marginal_likelihood_value_}

groups = {"confusion": confusion, "curves": curves, "calibration": calibration, "other": other, "scalers": scalers,
          "imputers": imputers, "gaussian_process": gaussian}
text = json.dumps({name: {key: plain(value) for key, value in group.items()} for name, group in groups.items()}, indent=0, separators=(",", ":"))
pathlib.Path(__file__).with_name("metrics.json").write_text(text.replace(",\n", ", ").replace("[\n", "[").replace("\n]", "]") + "\n")
