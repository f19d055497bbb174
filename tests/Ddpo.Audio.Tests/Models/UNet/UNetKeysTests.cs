using Ddpo.Audio.Models.AudioLdm2;
using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Models.UNet;

public class UNetKeysTests
{
    [Theory]
    [InlineData("unet")]
    [InlineData("unet-large")]
    public void The_published_size_has_the_published_keys(string component)
    {
        using var unet = new AudioLdm2UNet2DConditionModel(
            KeyListing.Config<AudioLdm2UNetConfig>(component), new Placement(META, ScalarType.Float32));
        KeyListing.AssertMatches(component, unet);
    }
}
