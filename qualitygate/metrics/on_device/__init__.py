"""DeltaE00 and SSIM in torch, on a GPU where one was asked for; the same numbers as on the CPU.

Used where `--device cuda` or `--device mps` names the device. `auto` leaves both to the CPU: their kernels take a
fraction of what decoding takes there, while torch and a GPU's context cost seconds to start in every process. Importing
any module of this package does not load torch. `cpu` runs the same code on torch's CPU, which is how it is tested.
"""
