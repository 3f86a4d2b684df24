namespace InfoMax.QuickStart.Report;

/// <summary>A small picture, one channel (grey) or three (red, green, blue).</summary>
/// <param name="Pixels">Planar, channel after channel and row after row: the order of a tensor [C, H, W].</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
/// <param name="Channels">1 or 3.</param>
/// <param name="Label">The name of its class, if known.</param>
/// <param name="SameClassAsQuery">Null where it is not known or, as for the query itself, means nothing.</param>
internal sealed record ReportImage(byte[] Pixels, int Width, int Height, int Channels, string? Label, bool? SameClassAsQuery);
