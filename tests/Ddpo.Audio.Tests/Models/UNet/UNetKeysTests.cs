using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Models.UNet;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Models.UNet;

public class UNetKeysTests
{
    [FixtureFact("full_size_keys/unet.txt")]
    public void The_published_base_size_has_the_published_keys() => AssertKeys("unet");

    [FixtureFact("full_size_keys/unet-large.txt")]
    public void The_published_large_size_has_the_published_keys() => AssertKeys("unet-large");

    private static void AssertKeys(string component)
    {
        using var unet = new AudioLdm2UNet2DConditionModel(
            KeyListing.Config<AudioLdm2UNetConfig>(component), new Placement(META, ScalarType.Float32));
        KeyListing.AssertMatches(component, unet);
    }
}
