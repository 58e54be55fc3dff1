namespace HunyuanOcr.Web.Recognise;

/// <summary>Where a run stands in a pile, and enough of the pile to show it again from its runs.</summary>
/// <param name="Pile">The pile's id.</param>
/// <param name="Page">Its page, from 1.</param>
/// <param name="Pages">Pages of the pile.</param>
/// <param name="Name">What the pile is called.</param>
/// <param name="Bytes">Size of its files.</param>
public sealed record PilePlace(string Pile, int Page, int Pages, string Name, long Bytes);
