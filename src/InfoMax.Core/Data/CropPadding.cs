namespace InfoMax.Data;

/// <summary>What <see cref="RandomCrop"/> shows beyond the border of an image.</summary>
public enum CropPadding
{
    /// <summary>One value: <see cref="RandomCrop.Fill"/>.</summary>
    Constant,

    /// <summary>The image reflected at its outermost pixels, which are not repeated.</summary>
    Reflection,
}
