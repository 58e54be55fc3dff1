using HunyuanOcr.Inference;
using HunyuanOcr.Web.Language;
using HunyuanOcr.Web.Recognise;
using Microsoft.AspNetCore.Components;

namespace HunyuanOcr.Web.Components.Recognise;

/// <summary>What the viewer in the browser has been told: which picture it shows and how many boxes it has. Only news go there.</summary>
internal sealed class PictureFeed(StudioScript script, Words words, double low)
{
    private string? _shown;
    private int _boxes;

    /// <summary>Tells the viewer what came since the last drawing.</summary>
    /// <param name="canvas">The picture's pane; counts only where there is a picture.</param>
    /// <param name="address">Of the picture as it was drawn; empty shows none.</param>
    /// <param name="reading">Names what is read of it and how: another one has other boxes.</param>
    /// <param name="size">Of the upright picture.</param>
    /// <param name="now">What there is to draw at the moment; asked again after the browser has answered, as a newer drawing may have told it more.</param>
    internal async Task TellAsync(ElementReference canvas, string address, string reading, (int Width, int Height) size, Func<RunView?> now)
    {
        RunView? view = now();
        string? picture = address.Length == 0 ? null : $"{address} {reading}";
        bool trimmed = view is { IsRunning: false } && view.Lines.Count < _boxes;
        if (picture != _shown || trimmed)
        {
            _shown = picture;
            _boxes = 0;
            if (picture is null)
                await script.ClosePictureAsync();
            else if (!await script.ShowPictureAsync(canvas, address, size.Width, size.Height) && picture == _shown)
                // The drawing that brings it comes, and asks again.
                _shown = null;
        }
        view = now();
        if (view is null || picture != _shown || view.Lines.Count < _boxes)
            return;
        int from = _boxes;
        Sureness sureness = new(view.Task.DoubtfulBelow, low);
        _boxes = view.Lines.Count;
        await script.DrawnAsync(view.Lines.Skip(from).Select((line, index) => Box(line, sureness, from + index + 1, view.Result?.Fields.ElementAtOrDefault(from + index)?.Name)).OfType<object[]>(), view.IsRunning);
    }

    /// <param name="line">A line, or the value of a field.</param>
    /// <param name="sureness">From where on it is doubtful.</param>
    /// <param name="number">From 1.</param>
    /// <param name="name">The field's name; null names the line by its number.</param>
    private object[]? Box(OcrLine line, Sureness sureness, int number, string? name)
    {
        if (line.Box is not { } box)
            return null;
        bool doubtful = line.Confidence < sureness.Sure;
        string label = name ?? (doubtful ? words.Format("pane.label_doubt", number, Words.Percent(line.Confidence)) : words.Format("pane.label", number));
        return [number, sureness.Of(line.Confidence), box.Left, box.Top, box.Right, box.Bottom, label, name is not null && doubtful];
    }
}
