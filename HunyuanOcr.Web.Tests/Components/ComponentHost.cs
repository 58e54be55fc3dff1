#pragma warning disable BL0006 // Render trees are for renderers; this is one.
using System.Net;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.RenderTree;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HunyuanOcr.Web.Tests.Components;

/// <summary>Draws a component without a browser; events go to the nearest element that listens, as in a page.</summary>
internal sealed class ComponentHost(IServiceProvider services) : Renderer(services, services.GetRequiredService<ILoggerFactory>())
{
    private static readonly HashSet<string> _void = ["area", "br", "col", "hr", "img", "input", "link", "meta", "source"];
    private readonly List<Exception> _errors = [];
    private int _root;

    public override Dispatcher Dispatcher { get; } = Dispatcher.CreateDefault();

    /// <summary>Drawings so far.</summary>
    internal int Drawings { get; private set; }

    internal static ComponentHost Create(Action<IServiceCollection>? more = null)
    {
        ServiceCollection services = new();
        services.AddLogging();
        more?.Invoke(services);
        return new ComponentHost(services.BuildServiceProvider());
    }

    internal Task DrawAsync(RenderFragment content) => Dispatcher.InvokeAsync(async () =>
    {
        _root = AssignRootComponentId(new Shell(content));
        await RenderRootComponentAsync(_root);
        ThrowErrors();
    });

    internal IElement Find(string selector) => FindAll(selector) is [var first, ..] ? first : throw new InvalidOperationException($"There is no {selector} in {Markup}");

    internal IReadOnlyList<IElement> FindAll(string selector) => [.. new HtmlParser().ParseDocument(Markup).QuerySelectorAll(selector)];

    internal Task ClickAsync(string selector) => FireAsync(Find(selector), "onclick", new MouseEventArgs());

    internal Task FireAsync(IElement element, string name, EventArgs arguments)
    {
        for (IElement? at = element; at is not null; at = at.ParentElement)
            if (at.GetAttribute("blazor:" + name) is { } handler)
                return Dispatcher.InvokeAsync(async () =>
                {
                    await DispatchEventAsync(ulong.Parse(handler, System.Globalization.CultureInfo.InvariantCulture), null, arguments, waitForQuiescence: true);
                    ThrowErrors();
                });
        throw new InvalidOperationException($"Nothing listens to {name} there.");
    }

    internal string Markup => Dispatcher.InvokeAsync(() =>
    {
        StringBuilder text = new();
        WriteComponent(text, _root);
        return text.ToString();
    }).GetAwaiter().GetResult();

    protected override void HandleException(Exception exception) => _errors.Add(exception);

    protected override Task UpdateDisplayAsync(in RenderBatch renderBatch)
    {
        Drawings++;
        return Task.CompletedTask;
    }

    private void ThrowErrors()
    {
        if (_errors is [var first, ..])
            throw new AggregateException(first);
    }

    private void WriteComponent(StringBuilder text, int component)
    {
        ArrayRange<RenderTreeFrame> frames = GetCurrentRenderTreeFrames(component);
        WriteFrames(text, frames.Array, 0, frames.Count);
    }

    private void WriteFrames(StringBuilder text, RenderTreeFrame[] frames, int from, int end)
    {
        while (from < end)
        {
            ref RenderTreeFrame frame = ref frames[from];
            switch (frame.FrameType)
            {
                case RenderTreeFrameType.Text:
                    text.Append(WebUtility.HtmlEncode(frame.TextContent));
                    from++;
                    break;
                case RenderTreeFrameType.Markup:
                    text.Append(frame.MarkupContent);
                    from++;
                    break;
                case RenderTreeFrameType.Region:
                    WriteFrames(text, frames, from + 1, from + frame.RegionSubtreeLength);
                    from += frame.RegionSubtreeLength;
                    break;
                case RenderTreeFrameType.Component:
                    WriteComponent(text, frame.ComponentId);
                    from += frame.ComponentSubtreeLength;
                    break;
                case RenderTreeFrameType.Element:
                    WriteElement(text, frames, from, from + frame.ElementSubtreeLength);
                    from += frame.ElementSubtreeLength;
                    break;
                default:
                    from++;
                    break;
            }
        }
    }

    private void WriteElement(StringBuilder text, RenderTreeFrame[] frames, int from, int end)
    {
        string name = frames[from].ElementName;
        text.Append('<').Append(name);
        int at = from + 1;
        for (; at < end && frames[at].FrameType == RenderTreeFrameType.Attribute; at++)
        {
            ref RenderTreeFrame attribute = ref frames[at];
            if (attribute.AttributeEventHandlerId != 0)
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $" blazor:{attribute.AttributeName}=\"{attribute.AttributeEventHandlerId}\"");
            else if (attribute.AttributeValue is true)
                text.Append(' ').Append(attribute.AttributeName);
            else if (attribute.AttributeValue is not (null or false))
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $" {attribute.AttributeName}=\"{WebUtility.HtmlEncode(attribute.AttributeValue.ToString())}\"");
        }
        text.Append('>');
        if (_void.Contains(name))
            return;
        WriteFrames(text, frames, at, end);
        text.Append("</").Append(name).Append('>');
    }

    private sealed class Shell(RenderFragment content) : ComponentBase
    {
        protected override void BuildRenderTree(Microsoft.AspNetCore.Components.Rendering.RenderTreeBuilder builder) => builder.AddContent(0, content);
    }
}
