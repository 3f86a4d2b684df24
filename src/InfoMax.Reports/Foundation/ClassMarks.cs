namespace InfoMax.Reports.Foundation;

/// <summary>
/// A color and a shape for each class. The ten colors are M. Petroff's accessible sequence (arXiv:2107.02270), made to be told apart with a
/// color vision deficiency; the shape helps where colors do not. Both together repeat after forty classes.
/// </summary>
internal static class ClassMarks
{
    /// <summary>The ten colors on a light ground.</summary>
    public static readonly string[] Light =
        ["#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6", "#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd"];

    // The same hues; the darkest four are lifted off the dark ground.
    public static readonly string[] Dark =
        ["#4f9ee6", "#ffa90e", "#e0442c", "#a4b4b2", "#a95bdc", "#b67c69", "#f07414", "#c4b87e", "#7d8293", "#92dadd"];

    // Relative outlines around a point, of about the same area: circle, square, triangle, diamond.
    private static readonly string[] Shapes =
        ["m-3.2 0a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0-6.4 0", "m-2.8-2.8h5.6v5.6h-5.6z", "m0-3.9l3.8 6.6h-7.6z", "m0-4l4 4-4 4-4-4z"];

    public static string Shape(int index) => Shapes[(index + (index / Light.Length)) % Shapes.Length];
}
