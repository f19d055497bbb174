using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Ddpo.Audio.Training.Sharing;

/// <summary>Tensors on their way from rank to rank, in pieces, for a buffer has less than 2³¹ bytes. On the pipeline's thread.</summary>
internal static class TensorPieces
{
    private const long MostValues = 1 << 26;

    /// <summary>A tensor as flat neighbouring pieces that are views of it.</summary>
    public static IEnumerable<Tensor> Of(Tensor tensor)
    {
        using var noGradient = no_grad();
        var flat = tensor.view(-1);
        for (var start = 0L; start < tensor.numel(); start += MostValues)
        {
            yield return flat.narrow(0, start, Math.Min(MostValues, tensor.numel() - start));
        }
    }

    /// <summary>Makes tensors what they are on the first rank.</summary>
    public static void FromFirst(RankGroup ranks, IEnumerable<Tensor> tensors)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (var piece in ranks.IsAlone ? [] : tensors.SelectMany(Of))
        {
            var bytes = RankGroup.Wait(ranks.FromFirstAsync("weights", ranks.IsFirst ? piece.cpu().bytes.ToArray() : default));
            if (!ranks.IsFirst)
            {
                var received = empty(piece.shape, piece.dtype);
                bytes.Span.CopyTo(received.bytes);
                piece.copy_(received);
            }
        }
    }

    /// <summary>A hash of a tensor's values.</summary>
    public static string Hash(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var piece in Of(tensor))
        {
            hash.AppendData(piece.cpu().bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
