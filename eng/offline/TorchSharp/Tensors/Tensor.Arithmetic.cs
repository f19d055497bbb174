namespace TorchSharp;

public static partial class torch
{
    // Arithmetic.
    public partial class Tensor
    {
        public Tensor add(Tensor target) => Aten.Call("add.Tensor", this, target);
        public Tensor add(Scalar scalar) => Aten.Call("add.Scalar", this, scalar);
        public Tensor add(Tensor target, Scalar alpha) => Aten.Call("add.Tensor", this, target, alpha);
        public Tensor add(Scalar scalar, Scalar alpha) => Aten.Call("add.Scalar", this, scalar, alpha);
        public Tensor sub(Tensor target) => Aten.Call("sub.Tensor", this, target);
        public Tensor sub(Scalar target) => Aten.Call("sub.Scalar", this, target);
        public Tensor mul(Tensor target) => Aten.Call("mul.Tensor", this, target);
        public Tensor mul(Scalar target) => Aten.Call("mul.Scalar", this, target);

        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None) =>
            Aten.Call("div.Tensor_mode", this, target, Mode(rounding_mode));

        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            Aten.Call("div.Scalar_mode", this, target, Mode(rounding_mode));

        public Tensor pow(Tensor exponent) => Aten.Call("pow.Tensor_Tensor", this, exponent);
        public Tensor pow(Scalar exponent) => Aten.Call("pow.Tensor_Scalar", this, exponent);
        public Tensor remainder(Tensor target) => Aten.Call("remainder.Tensor", this, target);
        public Tensor remainder(Scalar scalar) => Aten.Call("remainder.Scalar", this, scalar);
        public Tensor fmod(Tensor target) => Aten.Call("fmod.Tensor", this, target);
        public Tensor fmod(Scalar scalar) => Aten.Call("fmod.Scalar", this, scalar);
        public Tensor floor_divide(Tensor other) => Aten.Call("floor_divide", this, other);

        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) =>
            Aten.Call("addcmul", this, tensor1, tensor2, value);

        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value) =>
            Aten.Call("addcdiv", this, tensor1, tensor2, value);

        public Tensor addcdiv(Tensor tensor1, Tensor tensor2) => Aten.Call("addcdiv", this, tensor1, tensor2);
        public Tensor add_(Tensor target) => Aten.CallInPlace(this, "add_.Tensor", this, target);
        public Tensor add_(Scalar scalar) => Aten.CallInPlace(this, "add_.Scalar", this, scalar);
        public Tensor add_(Tensor target, Scalar alpha) => Aten.CallInPlace(this, "add_.Tensor", this, target, alpha);
        public Tensor add_(Scalar scalar, Scalar alpha) => Aten.CallInPlace(this, "add_.Scalar", this, scalar, alpha);
        public Tensor sub_(Tensor target) => Aten.CallInPlace(this, "sub_.Tensor", this, target);
        public Tensor sub_(Scalar target) => Aten.CallInPlace(this, "sub_.Scalar", this, target);
        public Tensor mul_(Tensor target) => Aten.CallInPlace(this, "mul_.Tensor", this, target);
        public Tensor mul_(Scalar target) => Aten.CallInPlace(this, "mul_.Scalar", this, target);

        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) =>
            Aten.CallInPlace(this, "div_.Tensor_mode", this, target, Mode(rounding_mode));

        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            Aten.CallInPlace(this, "div_.Scalar_mode", this, target, Mode(rounding_mode));

        public Tensor pow_(Tensor exponent) => Aten.CallInPlace(this, "pow_.Tensor", this, exponent);
        public Tensor pow_(Scalar exponent) => Aten.CallInPlace(this, "pow_.Scalar", this, exponent);
        public Tensor remainder_(Tensor target) => Aten.CallInPlace(this, "remainder_.Tensor", this, target);
        public Tensor remainder_(Scalar scalar) => Aten.CallInPlace(this, "remainder_.Scalar", this, scalar);
        public Tensor fmod_(Tensor target) => Aten.CallInPlace(this, "fmod_.Tensor", this, target);
        public Tensor fmod_(Scalar scalar) => Aten.CallInPlace(this, "fmod_.Scalar", this, scalar);
        public Tensor floor_divide_(Tensor other) => Aten.CallInPlace(this, "floor_divide_.Tensor", this, other);

        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) =>
            Aten.CallInPlace(this, "addcmul_", this, tensor1, tensor2, value);

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) =>
            Aten.CallInPlace(this, "addcdiv_", this, tensor1, tensor2, value);

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2) => Aten.CallInPlace(this, "addcdiv_", this, tensor1, tensor2);
    }
}
