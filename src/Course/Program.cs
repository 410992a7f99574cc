using Course;
using Course.Kernels;

PrecompiledCompiler.Use();
return await new CommandLine(Console.Out, Console.Error, Directory.GetCurrentDirectory()).Run(args);
