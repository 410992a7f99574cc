#:project ../../src/DeepNotebooks/DeepNotebooks.csproj
#:property PublishAot=false
// Writes an event file of each kind of event into the folder named, for read.py to decode.
using DeepNotebooks;
using DeepNotebooks.Charts;
using DeepNotebooks.Monitoring;

using var file = new EventFile(args[0]);
for (int step = 0; step < 100; step++)
    file.Write("loss/training", step, 1.0 / (1 + step));
file.Write("weights", 5, Histogram.Of(Tensor.Linspace(-1, 3, 1001), 20));
file.Write("picture", long.MaxValue, Picture.Of(new Rng(1).Uniform([3, 5, 7])));
