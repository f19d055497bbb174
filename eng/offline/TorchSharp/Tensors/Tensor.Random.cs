namespace TorchSharp;

public static partial class torch
{
    // Random numbers.
    public partial class Tensor
    {
        public Tensor normal_(double mean = 0, double std = 1, Generator? generator = null) =>
            Aten.CallInPlace(this, "normal_", this, mean, std, generator);

        public Tensor uniform_(double from, double to, Generator? generator = null) =>
            Aten.CallInPlace(this, "uniform_", this, from, to, generator);

        public Tensor bernoulli_(double p = 0.5, Generator? generator = null) =>
            Aten.CallInPlace(this, "bernoulli_.float", this, p, generator);

        public Tensor bernoulli(Generator? generator = null) => Aten.Call("bernoulli", this, generator);

        public Tensor random_(double from, double to, Generator? generator = null) =>
            Aten.CallInPlace(this, "random_.from", this, (long)from, (long)to, generator);

        public Tensor exponential_(double lambda = 1, Generator? generator = null) =>
            Aten.CallInPlace(this, "exponential_", this, lambda, generator);
    }
}
