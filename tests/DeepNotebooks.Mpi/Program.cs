using DeepNotebooks;
using DeepNotebooks.Data;
using DeepNotebooks.Deployment;
using DeepNotebooks.Distributed;
using DeepNotebooks.Layers;
using DeepNotebooks.Losses;
using DeepNotebooks.Optimizers;
using DeepNotebooks.Training;

// train CHECKPOINT EPOCHS: trains a small network on all workers that mpirun started; worker 0 writes a checkpoint after each epoch and
// says so. compare A B: prints the largest difference between the tensors of two checkpoints. throw: worker 1 fails.
switch (args)
{
    case ["train", var path, var epochs]:
        Mpi.Run(workers => Train(workers, path, int.Parse(epochs)));
        return 0;
    case ["compare", var first, var second]:
        var (a, b) = (Safetensors.Load(first).Tensors, Safetensors.Load(second).Tensors);
        Console.WriteLine(a.Max(entry => (entry.Value - b[entry.Key]).Abs().Max().Item()).ToString("E1"));
        return 0;
    case ["throw"]:
        Mpi.Run(workers =>
        {
            if (workers.Rank == 1)
                throw new InvalidDataException("a record cannot be read");
            workers.Sum(Tensor.Ones([3]));
        });
        return 0;
    default:
        Console.Error.WriteLine("train CHECKPOINT EPOCHS | compare A B | throw");
        return 2;
}

static void Train(Communicator workers, string path, int epochs)
{
    var rng = new Rng(7 + workers.Rank); // apart at first: worker 0's weights must win
    var net = new Sequential(new Linear(64, 48, rng), new DeepNotebooks.Layers.Tanh(), new Linear(48, 10, rng));
    var optimizer = new SGD(net.Parameters, learningRate: 0.1, momentum: 0.9);
    List<Callback> callbacks = [new AverageGradients(workers)];
    if (workers.Rank == 0)
        callbacks.AddRange([new Checkpoint(path, bestOnly: false), new Announce()]);
    Dataset digits = Generate.Digits(400, new Rng(1), size: 8), data = new(digits.Inputs.Reshape(-1, 64), digits.Targets);
    new Trainer(net, Loss.CrossEntropy, optimizer, callbacks)
        .Fit(new DataLoader(data, 100, new Rng(3)) { Part = (workers.Rank, workers.Count) }, epochs);
}

/// <summary>Says after each epoch which it was, and the process that runs it.</summary>
internal sealed class Announce : Callback
{
    public override void OnEpoch(TrainingRun run) => Console.WriteLine($"epoch {run.Epoch} of process {Environment.ProcessId}");
}
