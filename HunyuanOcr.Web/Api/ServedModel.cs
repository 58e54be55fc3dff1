using HunyuanOcr.Inference;
using HunyuanOcr.Web.Hosting;

namespace HunyuanOcr.Web.Api;

/// <summary>The loaded model under the names that requests may call it by.</summary>
internal sealed class ServedModel(ReaderHost host, StudioOptions options)
{
    private readonly long _created = Exported(options.Engine.ModelFolder);

    /// <summary>The model's cards: its own name first, then its aliases.</summary>
    /// <exception cref="ApiFaultException">It is not loaded yet, or not any more.</exception>
    internal IReadOnlyList<ModelCard> Cards()
    {
        ModelDescription model = Loaded();
        string root = RootName(model);
        return [.. options.Api.Aliases.Prepend(root).Distinct(StringComparer.OrdinalIgnoreCase).Select(name => new ModelCard(name, "model", _created, "hunyuanocr", root,
            model.ContextLength, model.MaxPixels, options.Api.Revision.Length > 0 ? options.Api.Revision : null, model.SourceHash, model.Precision, model.ExporterVersion))];
    }

    /// <summary>The card of a name, in any letter case.</summary>
    /// <exception cref="ApiFaultException">404 for another name; 503 where nothing is loaded.</exception>
    internal ModelCard Card(string name)
    {
        IReadOnlyList<ModelCard> cards = Cards();
        return cards.FirstOrDefault(card => card.Id.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? throw new ApiFaultException(new ApiFault(StatusCodes.Status404NotFound,
            $"There is no model of that name here. Use {string.Join(" or ", cards.Select(card => card.Id))}; the setting Model:Aliases gives it more names.", ApiFaultType.InvalidRequest, "model", "model_not_found"));
    }

    /// <summary>Names weights and precision, so that a caller sees when either changed.</summary>
    internal static string Fingerprint(ModelCard card) => $"fp_{card.SourceSha256[..Math.Min(12, card.SourceSha256.Length)]}_{card.Precision.Replace(", ", "_", StringComparison.Ordinal).Replace(' ', '-')}";

    private ModelDescription Loaded() => host.State == ReaderState.Ready && host.Status is { } status ? status.Model : throw new ApiFaultException(Missing(host));

    /// <summary>Why nothing can be read now.</summary>
    internal static ApiFault Missing(ReaderHost host) => host.State == ReaderState.Stopped
        ? ApiFault.NotReady($"The engine could not be loaded or has ended: {host.Reason}", "engine_stopped")
        : ApiFault.NotReady($"The engine gets ready: {host.Reason} Try again in a moment.");

    private string RootName(ModelDescription model) => options.Api.ModelName.Length > 0 ? options.Api.ModelName : model.Name;

    private static long Exported(string folder)
    {
        string record = Path.Combine(folder, "export.json");
        return new DateTimeOffset(File.Exists(record) ? File.GetLastWriteTimeUtc(record) : DateTime.UtcNow).ToUnixTimeSeconds();
    }
}
