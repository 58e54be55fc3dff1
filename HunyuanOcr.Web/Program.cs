using HunyuanOcr.Web.Hosting;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Configuration.AddCommandLine(args, StudioOptions.CommandLineNames);

var options = StudioOptions.Read(builder.Configuration, builder.Environment.ContentRootPath, out IReadOnlyList<string> faults);
if (faults.Count > 0)
{
    await StartFaults.WriteAsync(Console.Error, faults);
    return StartFaults.ExitCode;
}

builder.AddStudio(options);
WebApplication app = builder.Build();
app.MapStudio();
await app.RunAsync();
return Environment.ExitCode;

/// <summary>The web app's entry point.</summary>
public partial class Program;
