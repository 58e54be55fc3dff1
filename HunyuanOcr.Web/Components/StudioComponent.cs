using HunyuanOcr.Web.Language;
using Microsoft.AspNetCore.Components;

namespace HunyuanOcr.Web.Components;

/// <summary>A component that speaks the visitor's language.</summary>
public abstract class StudioComponent : ComponentBase
{
    /// <summary>Who looks at the page.</summary>
    [CascadingParameter]
    public required Visitor Visitor { get; set; }

    /// <summary>The page's words.</summary>
    protected Words W => Visitor.Words;
}
