using System.Diagnostics;
using System.Globalization;
using DeepNotebooks;
using DeepNotebooks.Benchmarks;
using DeepNotebooks.Kernels;

// dotnet run -c Release --project tests/DeepNotebooks.Benchmarks -- [--threads N] [--only NAME] [--seconds S]
//     prints a JSON line per workload.
// … -- --against SCRIPT [--rounds N] [--only NAME] [--seconds S]
//     runs ours and the peer's script (Python with PyTorch, which takes the same options and prints the same lines) in turn, with one and
//     with two threads each, and prints per workload the ratio of our best median to the peer's best.
// … -- --ladder N      the matrix product of size N step by step, with its GFLOP/s.
// … -- --growth S      how time and memory grow with width, depth, batch and length, S seconds for each size.
var options = new Dictionary<string, string> { ["--threads"] = "1", ["--seconds"] = "1", ["--rounds"] = "3" };
for (int i = 0; i < args.Length; i += 2)
{
    if (args[i] is not ("--threads" or "--seconds" or "--rounds" or "--only" or "--against" or "--ladder" or "--growth") || i + 1 == args.Length)
    {
        Console.Error.WriteLine($"{args[i]}: takes --threads N, --only NAME, --seconds S, --rounds N, --against SCRIPT, --ladder N and --growth S, each with its value.");
        return 2;
    }
    options[args[i]] = args[i + 1];
}
string[] names = [.. Workloads.All.Select(w => w.Name)];
(string Name, Func<Action> Make)[] all = [.. Workloads.All.Select(w => (w.Name, (Func<Action>)(() => Step(w.Make)))), .. Predictions.All];
if (options.TryGetValue("--only", out string? only) && !all.Any(w => w.Name == only))
{
    Console.Error.WriteLine($"--only {only}: there is no such workload. There are {string.Join(", ", all.Select(w => w.Name))}.");
    return 2;
}
double seconds = double.Parse(options["--seconds"], CultureInfo.InvariantCulture);
int threads = int.Parse(options["--threads"], CultureInfo.InvariantCulture);

if (options.TryGetValue("--against", out string? script))
{
    Compare(script, int.Parse(options["--rounds"], CultureInfo.InvariantCulture));
    return 0;
}
Threads.Limit = threads;
if (options.TryGetValue("--ladder", out string? size))
{
    Ladder.Run(int.Parse(size, CultureInfo.InvariantCulture));
    return 0;
}
if (options.TryGetValue("--growth", out string? each))
{
    Growth.Run(double.Parse(each, CultureInfo.InvariantCulture));
    return 0;
}
foreach ((string name, Func<Action> make) in all.Where(w => only is null || w.Name == only))
    Console.WriteLine(Timing.Of(name, make, threads, seconds).ToJson());
return 0;

static Action Step(Func<Device, bool, Func<Tensor>> make)
{
    Func<Tensor> step = make(Device.Cpu, false);
    return () => step();
}

void Compare(string peer, int rounds)
{
    Console.WriteLine($"{"workload",-14}{"ours ms",10}{"peer ms",10}{"ratio",8}   medians of {rounds} rounds in turn, the better of 1 and 2 threads");
    foreach (string name in names.Where(n => only is null || n == only))
    {
        var ours = new List<double>[] { [], [] };
        var theirs = new List<double>[] { [], [] };
        for (int round = 0; round < rounds; round++)
        {
            for (int t = 0; t < 2; t++)
            {
                string common = $"--threads {t + 1} --only {name} --seconds {options["--seconds"]}";
                ours[t].AddRange(Run(Environment.ProcessPath!, common));
                theirs[t].AddRange(Run("/usr/bin/python3", $"\"{peer}\" {common}"));
            }
        }
        double our = ours.Min(Median), their = theirs.Min(Median);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-14}{our,10:0.####}{their,10:0.####}{our / their,8:0.00}"));
    }
}

static IEnumerable<double> Run(string program, string arguments)
{
    using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
    string output = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    return process.ExitCode == 0
        ? [.. Timing.Read(output).Select(t => t.Median)]
        : throw new InvalidOperationException($"{program} {arguments} ended with exit code {process.ExitCode}.");
}

static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
