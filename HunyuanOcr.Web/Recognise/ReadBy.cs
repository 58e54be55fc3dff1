using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Recognise;

/// <summary>Which engine read a run; kept with it, as another one may be loaded when it is opened again.</summary>
/// <param name="Model">The checkpoint's name.</param>
/// <param name="Revision">SHA-256 over its weights.</param>
/// <param name="Precision">Such as "fp32".</param>
/// <param name="Device">"cpu" or "cuda:0 (name)".</param>
public sealed record ReadBy(string Model, string Revision, string Precision, string Device)
{
    internal static ReadBy? Of(EngineStatus? engine) => engine is null ? null : new(engine.Model.Name, engine.Model.SourceHash, engine.Model.Precision, engine.Device);
}
