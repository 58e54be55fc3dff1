using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Recognise;
using HunyuanOcr.Web.Security;

if (args.Contains(CommandLine.Help))
{
    Console.WriteLine(CommandLine.HelpText());
    return 0;
}

if (args is [KeysCommand.Name, ..])
    return await KeysCommand.RunAsync(args, Console.Out, Console.Error, CancellationToken.None);

// A flag without a value: the settings reader would take the next argument for one.
string[] settings = [.. args.Where(argument => argument != SelfCheckCommand.Name)];
WebApplicationBuilder builder = WebApplication.CreateBuilder(settings);
builder.Configuration.AddCommandLine(settings, CommandLine.Names);

var options = StudioOptions.Read(builder.Configuration, builder.Environment.ContentRootPath, out IReadOnlyList<string> faults);
faults = [.. CommandLine.Faults(settings), .. faults];
if (faults.Count > 0)
{
    await StartFaults.WriteAsync(Console.Error, faults);
    return StartFaults.ExitCode;
}
if (settings.Length < args.Length)
    return await SelfCheckCommand.RunAsync(EnginePageReader.LoadAsync, options.Engine, Console.Out, CancellationToken.None);

builder.AddStudio(options);
WebApplication app = builder.Build();
app.MapStudio();
try
{
    await app.RunAsync();
}
catch (DatabaseStartException e)
{
    await StartFaults.WriteAsync(Console.Error, [e.Message]);
    return StartFaults.ExitCode;
}
return Environment.ExitCode;

/// <summary>The web app's entry point.</summary>
public partial class Program;
