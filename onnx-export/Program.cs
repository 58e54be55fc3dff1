using System.Runtime.InteropServices;
using OnnxExport.Checkpoints;
using OnnxExport.CommandLine;
using OnnxExport.Configuration;
using OnnxExport.Output;

using var interrupted = new CancellationTokenSource();
void Interrupt(PosixSignalContext signal)
{
    signal.Cancel = true;
    interrupted.Cancel();
}
using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
try
{
    if (args.Length == 0 || args.Contains("--help") || args.Contains("-h"))
        Console.WriteLine(Usage.Text);
    else if (args[0] == "make-random")
        RandomCheckpointCommand.Run(RandomCheckpointCommand.Parse(args.AsSpan(1)), Console.Out, !Console.IsOutputRedirected, interrupted.Token);
    else
        ExportCommand.Run(ExportCommand.Parse(args), Console.Out, !Console.IsOutputRedirected, interrupted.Token);
    return args.Length == 0 ? 2 : 0;
}
catch (UsageException e)
{
    Console.Error.WriteLine($"{e.Message} Try --help.");
    return 2;
}
catch (ConfigurationException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Interrupted; what was written has been removed.");
    return 1;
}
catch (Exception e) when (e is CheckpointException or ExportException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
