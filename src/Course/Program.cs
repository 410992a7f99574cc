using Course;
using Course.Commands;
using Course.Kernels;

PrecompiledCompiler.Use();
if (args is not [KernelCommand.Name, KernelCommand.ConnectionFileOption, var file])
{
    return await new CommandLine(Console.Out, Console.Error, Directory.GetCurrentDirectory()).Run(args);
}

// As Jupyter starts it: parsing this the long way takes more time than all else that a kernel does before it listens.
try
{
    return KernelCommand.Run(file, Directory.GetCurrentDirectory());
}
catch (Failure failure)
{
    Console.Error.WriteLine(failure.Message);
    return failure.ExitCode;
}
