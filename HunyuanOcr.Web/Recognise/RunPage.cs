namespace HunyuanOcr.Web.Recognise;

/// <summary>A page of what is downloaded: a picture is one page, a PDF or several files are many.</summary>
/// <param name="Number">From 1.</param>
/// <param name="View">What was read on it.</param>
internal sealed record RunPage(int Number, RunView View);
