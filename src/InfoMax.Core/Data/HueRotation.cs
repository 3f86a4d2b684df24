using static TorchSharp.torch;

namespace InfoMax.Data;

/// <summary>Rotates the hue of colors in the hexcone model (HSV): value and saturation stay.</summary>
internal static class HueRotation
{
    /// <summary>Adds to the hue of each image.</summary>
    /// <param name="values">Images <c>[N, 3, H, W]</c> in [0, 1].</param>
    /// <param name="turns">Turns of the color circle to add for each image, <c>[N, 1, 1, 1]</c>.</param>
    /// <returns>Images of the same shape in [0, 1], in the current dispose scope.</returns>
    public static Tensor Apply(Tensor values, Tensor turns)
    {
        Tensor red = values.narrow(1, 0, 1), green = values.narrow(1, 1, 1), blue = values.narrow(1, 2, 1);
        Tensor most = values.amax([1], keepdim: true), chroma = most - values.amin([1], keepdim: true);
        // Gray has no hue: its chroma of 0 cancels the rotation.
        Tensor divisor = where(chroma.gt(0), chroma, ones_like(chroma));
        Tensor sixth = where(
            most.eq(red), (green - blue) / divisor, where(most.eq(green), ((blue - red) / divisor) + 2, ((red - green) / divisor) + 4));
        sixth = sixth + (turns * 6);
        return cat([Channel(5), Channel(3), Channel(1)], 1);

        Tensor Channel(int offset)
        {
            Tensor place = (sixth + offset).remainder(6);
            return most - (chroma * minimum(place, place.neg().add(4)).clamp(0, 1));
        }
    }
}
