namespace TorchSharp;

public static partial class torch
{
    // Comparisons.
    public partial class Tensor
    {
        public Tensor eq(Tensor target) => Aten.Call("eq.Tensor", this, target);
        public Tensor eq(Scalar target) => Aten.Call("eq.Scalar", this, target);
        public Tensor eq_(Tensor target) => Aten.CallInPlace(this, "eq_.Tensor", this, target);
        public Tensor eq_(Scalar target) => Aten.CallInPlace(this, "eq_.Scalar", this, target);
        public Tensor ne(Tensor target) => Aten.Call("ne.Tensor", this, target);
        public Tensor ne(Scalar target) => Aten.Call("ne.Scalar", this, target);
        public Tensor ne_(Tensor target) => Aten.CallInPlace(this, "ne_.Tensor", this, target);
        public Tensor ne_(Scalar target) => Aten.CallInPlace(this, "ne_.Scalar", this, target);
        public Tensor gt(Tensor target) => Aten.Call("gt.Tensor", this, target);
        public Tensor gt(Scalar target) => Aten.Call("gt.Scalar", this, target);
        public Tensor gt_(Tensor target) => Aten.CallInPlace(this, "gt_.Tensor", this, target);
        public Tensor gt_(Scalar target) => Aten.CallInPlace(this, "gt_.Scalar", this, target);
        public Tensor ge(Tensor target) => Aten.Call("ge.Tensor", this, target);
        public Tensor ge(Scalar target) => Aten.Call("ge.Scalar", this, target);
        public Tensor ge_(Tensor target) => Aten.CallInPlace(this, "ge_.Tensor", this, target);
        public Tensor ge_(Scalar target) => Aten.CallInPlace(this, "ge_.Scalar", this, target);
        public Tensor lt(Tensor target) => Aten.Call("lt.Tensor", this, target);
        public Tensor lt(Scalar target) => Aten.Call("lt.Scalar", this, target);
        public Tensor lt_(Tensor target) => Aten.CallInPlace(this, "lt_.Tensor", this, target);
        public Tensor lt_(Scalar target) => Aten.CallInPlace(this, "lt_.Scalar", this, target);
        public Tensor le(Tensor target) => Aten.Call("le.Tensor", this, target);
        public Tensor le(Scalar target) => Aten.Call("le.Scalar", this, target);
        public Tensor le_(Tensor target) => Aten.CallInPlace(this, "le_.Tensor", this, target);
        public Tensor le_(Scalar target) => Aten.CallInPlace(this, "le_.Scalar", this, target);

        public bool allclose(Tensor target, double rtol = 1e-5, double atol = 1e-8, bool equal_nan = false) =>
            Aten.CallBool("allclose", this, target, rtol, atol, equal_nan);

        public Tensor isclose(Tensor other, double rtol = 1e-5, double atol = 1e-8, bool nanEqual = false) =>
            Aten.Call("isclose", this, other, rtol, atol, nanEqual);

        public Tensor equal(Tensor target) => torch.tensor(Aten.CallBool("equal", this, target));

        public Tensor isin(Tensor test_elements, bool assumeUnique = false, bool invert = false) =>
            Aten.Call("isin.Tensor_Tensor", this, test_elements, assumeUnique, invert);
    }
}
