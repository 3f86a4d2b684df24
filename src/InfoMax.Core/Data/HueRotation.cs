using static TorchSharp.torch;

namespace InfoMax.Data;

/// <summary>Turns the hue of colors around the circle, in the hexcone model (HSV): lightness of the largest channel and saturation stay.</summary>
internal static class HueRotation
{
    /// <summary>Adds to the hue of each image.</summary>
    /// <param name="values">Images <c>[N, 3, H, W]</c> in [0, 1].</param>
    /// <param name="turns">What to add for each image, in turns of the circle, <c>[N, 1, 1, 1]</c>.</param>
    /// <returns>Images of the same shape in [0, 1], in the dispose scope at hand.</returns>
    public static Tensor Apply(Tensor values, Tensor turns)
    {
        Tensor red = values.narrow(1, 0, 1), green = values.narrow(1, 1, 1), blue = values.narrow(1, 2, 1);
        Tensor most = values.amax([1], keepdim: true), chroma = most - values.amin([1], keepdim: true);
        // Gray has no hue; whatever it is given is multiplied by a chroma of 0.
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
