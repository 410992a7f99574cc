using System.Diagnostics;
using System.Globalization;
using DeepNotebooks;
using DeepNotebooks.Benchmarks;
using DeepNotebooks.Gpu;
using DeepNotebooks.Gpu.Kernels;
using DeepNotebooks.Layers;
using DeepNotebooks.Losses;
using DeepNotebooks.Optimizers;

// dotnet run --project tests/DeepNotebooks.Gpu.Benchmarks [-- PART…]     on the device that DEEPNOTEBOOKS_DEVICE names, else the best card
//     products: the ladder of matrix products, 512 to 8192, and cuBLAS; transfers; workloads: a step of each, beside the processor's;
//     batch: the batch size from which the device is faster; losses: how far each workload's losses over 50 steps are from the
//     processor's; steady: memory over 5,000 steps. All of them unless named.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Device device = Environment.GetEnvironmentVariable("DEEPNOTEBOOKS_DEVICE") is { Length: > 0 } ? Device.Default : Device.Gpu();
Console.WriteLine($"{device}; processor with {Environment.ProcessorCount} cores");
var parts = new Dictionary<string, Action>
{
    ["products"] = Products,
    ["transfers"] = Copies,
    ["workloads"] = Steps,
    ["batch"] = Batches,
    ["losses"] = Losses,
    ["steady"] = Steady,
};
foreach (string part in args.Length == 0 ? [.. parts.Keys] : args)
{
    if (!parts.TryGetValue(part, out Action? run))
    {
        Console.Error.WriteLine($"{part}: there is no such part. There are {string.Join(", ", parts.Keys)}.");
        return 2;
    }
    run();
}
return 0;

void Products()
{
    Console.WriteLine($"{"product",8}{"naive",12}{"shared tile",14}{"register tile",16}{"library",12}{"cuBLAS",12}   GFLOP/s");
    foreach (int n in device.Kind == DeviceKind.Emulated ? [64, 128] : new[] { 512, 1024, 2048, 4096, 8192 })
    {
        var rng = new Rng(0);
        Tensor a = rng.Uniform([n, n]).To(device), b = rng.Uniform([n, n]).To(device), y = a.MatMul(b);
        var accelerator = (IlgpuAccelerator)device.Accelerator!;
        double work = 2.0 * n * n * n / 1e9;
        string Rate(Action product, bool tooSlow = false) => tooSlow ? "" : Rounded(work / Seconds(product));
        Console.WriteLine($"{n,8}{Rate(() => accelerator.Multiply(Rung.Naive, a, b, y), n > 4096),12}"
            + $"{Rate(() => accelerator.Multiply(Rung.SharedTile, a, b, y)),14}{Rate(() => accelerator.Multiply(Rung.RegisterTile, a, b, y)),16}"
            + $"{Rate(() => Tensor.MultiplyInto(y, a, b, add: false)),12}{CuBlas(),12}");

        string CuBlas()
        {
            try
            {
                device.UseCuBlas = true;
                return Rate(() => Tensor.MultiplyInto(y, a, b, add: false));
            }
            catch (PlatformNotSupportedException)
            {
                return "none";
            }
            finally
            {
                device.UseCuBlas = false;
            }
        }
    }
}

void Copies()
{
    Console.WriteLine($"{"bytes",12}{"to device GB/s",16}{"from device GB/s",18}{"on device GB/s",16}   (read and written)");
    foreach (int size in new[] { 1 << 10, 1 << 14, 1 << 18, 1 << 22, 1 << 26 })
    {
        Tensor host = new Rng(0).Uniform([size]), there = host.To(device), other = there.Clone();
        double bytes = size * sizeof(float) / 1e9;
        Console.WriteLine($"{size * sizeof(float),12:N0}{bytes / Seconds(() => host.To(device)),16:F2}"
            + $"{bytes / Seconds(() => there.To(Device.Cpu)),18:F2}{2 * bytes / Seconds(() => other.Assign(there)),16:F1}");
    }
}

void Steps()
{
    Console.WriteLine($"{"workload",-14}{"device ms",12}{"processor ms",14}");
    foreach ((string name, Func<Device, bool, Func<Tensor>> make) in Workloads.All)
    {
        Func<Tensor> there = make(device, false), here = make(Device.Cpu, false);
        Console.WriteLine($"{name,-14}{Seconds(() => there()) * 1e3,12:F4}{Seconds(() => here()) * 1e3,14:F4}");
    }
}

void Batches()
{
    Console.WriteLine($"{"batch",8}{"device ms",12}{"processor ms",14}   a step of 784-512-512-10 with Adam");
    foreach (int batch in new[] { 1, 4, 16, 64, 256, 1024, 4096 })
        Console.WriteLine($"{batch,8}{Seconds(Dense(batch, device)) * 1e3,12:F3}{Seconds(Dense(batch, Device.Cpu)) * 1e3,14:F3}");
}

void Losses()
{
    Console.WriteLine($"{"workload",-14}{"first loss",12}{"last loss",12}{"largest deviation",19}{"seconds",9}   of 50 steps, relative where a loss exceeds 1");
    foreach ((string name, Func<Device, bool, Func<Tensor>> make) in Workloads.All.Where(w => Workloads.Trains(w.Name)))
    {
        var clock = Stopwatch.StartNew();
        Func<Tensor> there = make(device, false), here = make(Device.Cpu, false);
        double first = 0, expected = 0, deviation = 0;
        for (int step = 0; step < 50; step++)
        {
            expected = here().Item();
            first = step == 0 ? expected : first;
            deviation = Math.Max(deviation, Math.Abs(there().Item() - expected) / Math.Max(1, Math.Abs(expected)));
        }
        Console.WriteLine($"{name,-14}{first,12:G6}{expected,12:G6}{deviation,19:E2}{clock.Elapsed.TotalSeconds,9:F1}");
    }
}

void Steady()
{
    // Devices that are no cards would take hours for the larger net.
    const double Patience = 0.05; // seconds for a step
    Action step = Dense(64, device);
    if (Seconds(step) > Patience)
    {
        Func<Tensor> small = Workloads.All.Single(w => w.Name == "mlp_small").Make(device, false);
        step = () => small();
    }
    for (int i = 0; i <= 5000; i++)
    {
        step();
        if (i % 1000 == 0 || i == 100)
        {
            device.Synchronize();
            Console.WriteLine($"after {i,5} steps: {device.Allocated,14:N0} bytes on the device, {GC.GetTotalMemory(true),12:N0} managed, "
                + $"{Environment.WorkingSet / (1024 * 1024),6:N0} MiB in all");
        }
    }
}

static Action Dense(int batch, Device device)
{
    var rng = new Rng(0);
    var model = new Sequential(new Linear(784, 512, rng), new DeepNotebooks.Layers.ReLU(), new Linear(512, 512, rng), new DeepNotebooks.Layers.ReLU(),
        new Linear(512, 10, rng));
    var optimizer = new Adam(model.Parameters);
    model.To(device);
    Tensor x = rng.Normal([batch, 784]).To(device), y = Tensor.From(Enumerable.Range(0, batch).Select(_ => rng.Next(10))).To(device);
    var workspace = new Workspace();
    return () =>
    {
        optimizer.ZeroGrad();
        using (workspace.Step())
            Loss.CrossEntropy(model.Forward(x), y).Backward();
        optimizer.Step();
    };
}

static string Rounded(double rate) => rate.ToString(rate < 10 ? "G2" : "N0");

// The median of several calls, each waited for; short ones are repeated within a call, as training repeats them.
double Seconds(Action action)
{
    for (int i = 0; i < 3; i++)
        action();
    device.Synchronize();
    var once = Stopwatch.StartNew();
    action();
    device.Synchronize();
    int repeat = Math.Clamp((int)(0.02 / once.Elapsed.TotalSeconds), 1, 200);
    var times = new List<double>();
    var all = Stopwatch.StartNew();
    while (times.Count < 5 || (all.Elapsed.TotalSeconds < 0.5 && times.Count < 50))
    {
        var clock = Stopwatch.StartNew();
        for (int i = 0; i < repeat; i++)
            action();
        device.Synchronize();
        times.Add(clock.Elapsed.TotalSeconds / repeat);
    }
    return times.Order().ElementAt(times.Count / 2);
}
