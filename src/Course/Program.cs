using Course;

return await new CommandLine(Console.Out, Console.Error, Directory.GetCurrentDirectory()).Run(args);
