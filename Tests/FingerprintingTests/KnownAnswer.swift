import Testing

/// A generated picture and what the reference implementations compute for it.
///
/// `turned` and `nearestQuality` are those of the C++ reference's command line (it shrinks a picture
/// with a side over 512 first); `fullResolution` and its quality those of the Python package
/// `pdqhash`.
struct KnownAnswer: Sendable {
    var width: Int
    var height: Int
    /// The number that goes into the picture's formula.
    var seed: Int
    var nearestQuality: UInt8
    /// The eight variants, in the order of `Turn`.
    var turned: [String]
    var fullResolution: String
    var fullResolutionQuality: UInt8
}

extension KnownAnswer: CustomTestStringConvertible {
    var testDescription: String { "\(width) × \(height)" }
}

extension KnownAnswer {
    static let all: [KnownAnswer] = [
        KnownAnswer(
            width: 5,
            height: 5,
            seed: 0,
            nearestQuality: 1,
            turned: [
                "2c4b3e0fc2f1c673118c5e37390ea1c8c6f1318c3c0f3e0fc2f1ce73390e5e37",
                "318c4b72cb72b18cc6372b4a749df4bd29c84e73348dcb72cb72b18cd6370b42",
                "390e94a593a46cd964d9f49d6c5b0b6293a49b26695a94a597a464d96c5bf49d",
                "6cd9e1d89e279b269362a1e829c87e1f7c9de4d961d8e1d89e271b268362a1e8",
                "7c5bc1f0c7f1398cb38ca1c8390e5e37c6f1ce733c0fc1f0c7f1318c390ea1c8",
                "391e6b5a97a4932664d90b626c5bf49d93a464d9695a6b5a97a49b266c5b0b62",
                "318c348dc3724e73c637d4b5749d0b4229c8b18c348d348dcb724e73d637f4bd",
                "64d91e279e27e4d993625e1f21c8a1e87c9d1b2661d81e279e27e4d983625e17",
            ],
            fullResolution: "2c4b3e0fc2f1c673118c5e37390ea1c8c6f1318c3c0f3e0fc2f1ce73390e5e37",
            fullResolutionQuality: 1
        ),
        KnownAnswer(
            width: 6,
            height: 9,
            seed: 1,
            nearestQuality: 2,
            turned: [
                "8b6864c625c2da6d21c2a94a03e052b5fc1f56b5d63da51ada3d9b397497ad1a",
                "94bdae156c93ee1194ad9e0c936c51ea6b4201ff936cfe0094bdae156c93ee11",
                "de3dce6c789770c7749703e056b5fc1fa94afc1f8b6807b08f68319321c207b0",
                "c1e804bf39c644bbe1f835a6c639fb403e17ab55c63954aac1e804bf39c644bb",
                "8b689b392dc2259221c256b503e0ad4afc1fa94ade3d5ae5da3d64c6749752e5",
                "de3d319370978f387497fc1f56b503e0a94a03e08b68f04f8f68ce6c21c2f84f",
                "94bd51ea6c9311ee948d60f3936cae156b42fe00936c01ff94bd51ea6c9311ee",
                "c1e8fb4039c6bb44e1e8cb59c63904bf3e1754aac639ab55c1e8fb4039c6bb44",
            ],
            fullResolution: "8b6864c625c2da6d21c2a94a03e052b5fc1f56b5d63da51ada3d9b397497ad1a",
            fullResolutionQuality: 2
        ),
        KnownAnswer(
            width: 16,
            height: 16,
            seed: 2,
            nearestQuality: 6,
            turned: [
                "68a30ad31a8332bae4a6891c727184e179dbc1bb5b6ed69e10c425b1a955ebbf",
                "0000750e9a87cd47e4a3f6eb7231fb1879ddbc559b65a92814f1f3c4f8f11c38",
                "bdf6a079cfd69810b1f3a3b6a724ae4bac8eeb118e3b7c3445918f1bfc004115",
                "d9a6dfa4cfd267edb1f65c41276451b2ac8816ffce30038241a4596eada4b692",
                "e8a3f52c1a83cd45e4a676e37271fb1ef9db3e44db6e296110c4da4ea9551440",
                "3d765f864fd667ef31f35c49272451b42c8e14ee0e3b03cb459170e47c003eea",
                "0d538af19a8732b8e4a30914723104e7f9dd43aa9b6556d714f10c3bf8f1e3c7",
                "ffe6205bcfd29812b1f6a3be2764ae4dac88e900ce30fc7d41a4a691ada4496d",
            ],
            fullResolution: "0a338ad39a8332ba64a6891c727184e179dbc1bbdb6e569e10c4a5b129556bbf",
            fullResolutionQuality: 6
        ),
        KnownAnswer(
            width: 63,
            height: 65,
            seed: 3,
            nearestQuality: 13,
            turned: [
                "2ea8d8d826a35b168d35897e2ee4bd4c2e11985acd558656ff15459c5048f7f6",
                "6f79efd0bb89eeb4ffe854c2b299e2d2e205b88cae01a302c546e0c23451d757",
                "7bec327273f6d1bcd86023d47bb117e67b4432f098002cfcaa40ef36051d5d5c",
                "382c457afedcc41eaabdfee8e7cc4878b7501226fb5489a890134a686104fdfd",
                "3eb97727aea3a4e9ad3576812ee442b32e1167a5cd5579a9ff15ba6350480809",
                "7bfddd8dfbf62e43f860dc2bfbb1e8197f44cd0f9800d303aa4010c9051da2a3",
                "4d79502fa389514bdfe8abbdb2991d2de2054773ae015cfdc5461f3d345128a8",
                "182cba85e6dcfbe18abd0117e7ccb787b750edd9fb5476579013b59761040202",
            ],
            fullResolution: "2ea8d8d826a35b168d35897e2ee4bd4c2e11985acd558656ff15459c5048f7f6",
            fullResolutionQuality: 13
        ),
        KnownAnswer(
            width: 64,
            height: 64,
            seed: 4,
            nearestQuality: 16,
            turned: [
                "e961dfb8b503ea769469edd69281ed9bb176d5f070a559ae48f4aa300811555c",
                "ffc4ab86b5a4b78e951edabe52041a2e47786336d8fcaa304911ef46159054dd",
                "74347912f054e0fcc53c477cc7d44f31d4237f5a25f0f3041da1009a5d44fff6",
                "fe91d12cf8f17fa4c54b78141751b18412adc99c9de9009a1ec445ec60d5fe77",
                "e961fc47b503f7a9b4699a2d92895b64b1fe2a2f70a5a65348f455cf0811aaa3",
                "fc3486edf054bf23c53cb887d7d4f8cef42380a525f00cfb1da1ff655d440009",
                "ffc4d579b5a46af1d51e6d415204e5d147789cc9d8fc55cf491114b93590ab22",
                "3a91ffd3f071e0db414b8feb07514f7b122d36639da9ff651c44be1340c50188",
            ],
            fullResolution: "e961dfb8b503ea769469edd69281ed9bb176d5f070a559ae48f4aa300811555c",
            fullResolutionQuality: 16
        ),
        KnownAnswer(
            width: 65,
            height: 64,
            seed: 5,
            nearestQuality: 19,
            turned: [
                "5e89f66caac9d8c6ffd4ed84d918fe34dba157661a8d8f44250845e022b155dc",
                "7f90283a6d0a241ebfb03aaaedf2f922bca7c7aa41c6f4fce229a28e10405f5d",
                "03dc5c861f14726c8a81452e044d141e8e74f9cc4fd825ee705daf4a77e4ff76",
                "78c58a90785f8eb4fbe59808fca75b88e9f22d0054935e56b77c08244515f5f7",
                "5e89abb3aac9af39ffd4127b591809cbdba1a8991a8d70bb2508ba1f22b1aa23",
                "0bdca379ff9c8d93ef81bad18c4dab618ef402334fd8da11745d10b577e40089",
                "7f90dfc56d0adbe1bfb0cd5de9f20eddbca7785541c60b03e2295d711040a0a2",
                "08c5546b105f714b68e567b7b8a7a477c87292ff1493a1a9977cf7db45150a08",
            ],
            fullResolution: "5e89f66caac9d8c6ffd4ed84d918fe34dba157661a8d8f44250845e022b155dc",
            fullResolutionQuality: 19
        ),
        KnownAnswer(
            width: 100,
            height: 37,
            seed: 6,
            nearestQuality: 31,
            turned: [
                "a0571a733ad74880995fda9185f71bb3706780cb53b75f1caa390ef24057e703",
                "8e49eb4ca089d24f7d1cfdea653df7de37641db943ac10c10858554debe71014",
                "f542b0fb6f82e23acc4af03bd1a2b1196572aa6306e2f5beff6ca45815024da9",
                "5b1c416655dc38e52049574030685c646231b71316d9ba6b4d0dffe7beb2babe",
                "0057e58c1ad7b777911f256e84f7e44c30277f345397a0e3aa39f10d405718fc",
                "f5025f266f821dd5cc4a8fc4d1a24fe62572d59e06e20b49ff6c5ba71502b256",
                "8e4914b3a0896db07d1c0215653d0b313764eac643acef3e0858aab2ebe7efeb",
                "df5cbe99f5dcc71a2849a8bf3068a39b6231c8ec56f955945d1d0018fef24541",
            ],
            fullResolution: "a0571a733ad74880995fda9185f71bb3706780cb53b75f1caa390ef24057e703",
            fullResolutionQuality: 31
        ),
        KnownAnswer(
            width: 127,
            height: 128,
            seed: 7,
            nearestQuality: 80,
            turned: [
                "566d02c91665aacfd3a2274fee9501275625a60faf9f03ba0955bcaf51565551",
                "5a74557cf6ec5778522c591afff0f2c45af40bf4a9b4fdc4d47440111d760812",
                "23b8e877e330406586f7ede5bbc0bb8d2bf00ca5faeaa9507c0056050403fffb",
                "0f21efd2a3b1fdd20779f3b0aaa5586e0f61a14efcc1576e8121aabb4823a2b8",
                "766d553276651530d3a6d8b0ee95fcd8762559f0af9f7c05095503505156aaae",
                "2338ff9c2330ff9a86f3721abbc0567223f0f3dafaead6ef7c00e9fa04030004",
                "1a648a831664a887122ca6e5fef00d3b5a34f40ba994023bd474b7ee1d76f7ed",
                "6f31742de7b9032d47f90c4faba5a7918fe15eb1fce1e89181215d4448235d47",
            ],
            fullResolution: "566d02c91665aacfd3a2274fee9501275625a60faf9f03ba0955bcaf51565551",
            fullResolutionQuality: 80
        ),
        KnownAnswer(
            width: 128,
            height: 128,
            seed: 8,
            nearestQuality: 81,
            turned: [
                "3442ed8fdd66be8f5522de5734a4ef6f020e559bfd26569843a5a9ab00065551",
                "352496ced32445ae7524208e1598b692525cdafe2b2cfbae51d4a855fde6aab2",
                "6117c72581371425007764fd41f145c5575bbf31a873fc3256f003015553fffb",
                "e3f1fd6cee71ff243071bea460cd7c788789f054fe79d104048122ffa8b3a018",
                "f4f3f370ff675d70752275a8b4a4d090868eeb64fd26a96743a556540006aaae",
                "615738da8d37ebda0077db0261f1ba3a575b40ceb87303cd56f0fcfe55530004",
                "75246d79d324be717524ff711598696d525ca5012b2c045151d477aafde6554d",
                "6071c79b847110db007155db40cde3c707090fab7e79aefb0481fd00a8b3ffe7",
            ],
            fullResolution: "3442ed8fdd66be8f5522de5734a4ef6f020e559bfd26569843a5a9ab00065551",
            fullResolutionQuality: 81
        ),
        KnownAnswer(
            width: 129,
            height: 127,
            seed: 9,
            nearestQuality: 84,
            turned: [
                "a9ec598ab2ec658a493c9acf25ac496a508cbd3aab64fc5956a5beeb14065555",
                "a474a666b2748b20cd74eda0242c249ab68c5aca8b6cf7aeffd451545546fbe2",
                "fcb9f320e7b9c6201c69306570f9e3c005d91790fe3156f303f014414153ffff",
                "ffa10ccce72531ce9825c70a71f99e34e3d9f064fe395d04ae81fbfe00135148",
                "adeca6f5b2ec9b75c93ce538a5acb695d28c52c5ab6403a656a579541406aaaa",
                "fcb90c5fe79920df1c69cf9a70f91c3f05d9e86ffe31a90c03f0eabe41530000",
                "a4745999b27464dfcd74125f242cdb61f68ca535ab6c0851ffd4aeab5546041d",
                "f121f333e721ce758821b8f5717961cba3d90f9ffe39a2fbaa8104010013aeb7",
            ],
            fullResolution: "a9ec598ab2ec658a493c9acf25ac496a508cbd3aab64fc5956a5beeb14065555",
            fullResolutionQuality: 84
        ),
        KnownAnswer(
            width: 255,
            height: 256,
            seed: 10,
            nearestQuality: 100,
            turned: [
                "d555ab9556a9a5694b49b6d36dbe9b1066668c5832a7c7483ad0407b0ea3fc27",
                "d555556a56a95a965b4b492c6dba24cd666a632333a738b33a543d5e07a703d8",
                "8000013f03fc0fc31e1c1c7938eb31bb333336f266f26de26f856ad15af6578d",
                "8000ffc003fcf03c1e1ee38638ef8e67337fc98966f292196f0197f452f2a972",
                "d555546a56a95a964b49492c6dbe64cd666663a733a738b73ad03f840fa303d8",
                "8000fec003fcf83c1e1ce38638ebce673333c98d66f2921d6f85952e5af6a972",
                "d551aa9556a9a5294b4bb6d36dbadb10662a9cdc32a7c74c3a54c2a106a7fc27",
                "8000003f03fc0fc31e1e1c7938ef7199337f367667f26de66f01680b53f2578d",
            ],
            fullResolution: "d555ab9556a9a5694b49b6d36dbe9b1066668c5832a7c7483ad0407b0ea3fc27",
            fullResolutionQuality: 100
        ),
        KnownAnswer(
            width: 320,
            height: 240,
            seed: 11,
            nearestQuality: 100,
            turned: [
                "55abad6a5a4bb0d26d939936326ce5689ace75988b4f5498ed3001e718e7528f",
                "55a952a45b68492c6caa36a732a1309398d78c59c70ee2a7e3f1f958fca75758",
                "00fe07c00f1e187838c6739c66294fd2cf9adf32de1afe32b865ab4d0db27825",
                "00fcf80c0e1de38639fd9c0d67f49839cd8226f3925b480db6a453f2a9f2bd72",
                "55ab52945a4b4d2d6d9326c9326c1a879ace8a678b4fab67ed30fe1810e72d70",
                "00fef83f0f1ee78738c68c636639b02dcf9a20cdfe1a01cdb86554b20db287da",
                "55a8a9595b48b6d36caac95822a1cd6c98d773a6c70e1c58e3f106a7fca7a827",
                "00fc07f10e1d1c7939ff63f267f465c6cd82d90c925bb5f2b6a4ac0da9f2020d",
            ],
            fullResolution: "55abad6a5a4bb0d26d939936326ce5689ace75988b4f5498ed3001e718e7528f",
            fullResolutionQuality: 100
        ),
        KnownAnswer(
            width: 481,
            height: 321,
            seed: 12,
            nearestQuality: 100,
            turned: [
                "19c8638db1f867129cfc67009c7f31e0661f88e031c02111f7075ebfcc3f9c7f",
                "aa4bab7175b854d28a47e170548c8ac7e965569e2bc7c568eaa7b570128fbd60",
                "4c9dc9a7e4adcdb8c929cdaac96a9b4a334a224a64958bbba252f435996a36d5",
                "6f1e01cb20edbe78df12439a01c8206db430fc347e126fc23fd21fda47da17ca",
                "18c08c72b1f818ed987c98ff9c3fce1f661f731f31c09ceef707a140cc3f6100",
                "cd9d36d8e4ad3247c9a93255c96a64b5336addb5649d7444a2520bea996ac9aa",
                "2a4b548e75b8ab2d8a471e8f548cf538e964ab612b473a97ea874a8f128f429f",
                "7f1efe2420ed0187df12b42501d95f92f43103cb7e16903dbfd2e02547dae835",
            ],
            fullResolution: "19c8638db1f867129cfc67009c7f31e0661f88e031c02111f7075ebfcc3f9c7f",
            fullResolutionQuality: 100
        ),
        KnownAnswer(
            width: 500,
            height: 375,
            seed: 13,
            nearestQuality: 100,
            turned: [
                "31f0c60718f867049c7f31e0e782cc3f99e821c04391e203b51f9c5fbc3f9c7f",
                "4b9faccf965a53706987a4f053306917b6e0533ead8356d0298fa6f04b1fb6c0",
                "64a56cad4dadcd2ec92a9b4ab2d766954cbd8b6a16c448a9e04a36b5e92a36d5",
                "1e4a0625c30ff9da3cd20e5a0665c3bde1b5f990f8d6fc7a7cda0c5a1c4a0c6a",
                "31f031f818f8987a9c7fce1fe70031c019e89e3f43911dfcb51f63a0bc3f6380",
                "64a59b524dad32d1c92a64b5b2d79b6accbd749516c4b756e04ac94ae96ac92a",
                "4b9f5330965aac8f29875b0f523096e8a6e0acc5ad83a92f298f590f4b1f493f",
                "1e4af99ac30f06257cd2f1a507653c42e3b50669f8d603857cdaf3a51e4ae395",
            ],
            fullResolution: "31f0c60718f867049c7f31e0e782cc3f99e821c04391e203b51f9c5fbc3f9c7f",
            fullResolutionQuality: 100
        ),
        KnownAnswer(
            width: 511,
            height: 512,
            seed: 14,
            nearestQuality: 100,
            turned: [
                "b8f861e0e780c64f8c3f19e831c042956701c207ea0bbc1f8c3fbc3f187f38ff",
                "b8fc8e1fe2b531e09c7fc76233e0896fe70121f8cc0f76a09c7f66a0187fc600",
                "eda8db4ab2d464e5c92ab3426695e83fb25460a5bf5e16b5c96a16954d2a1655",
                "edab24b5b7e09b4ac92a6dc866b533d5b2548b56995adc4ac92acc0acd2a6caa",
                "b8fe8e1fe78131b09c7fe61733c0bd6ae70135f0ea0b43e09c3f43c0987fc300",
                "eda924b5b2d49a1ac92a4cbd669517c0b2549f4abf5ee84ac96ae92a4d2a69aa",
                "b87c71e0e2b586178c3f389c31e06680e701d603cc0f891f9c3f195f187f19ff",
                "eda8db4ab7e064b5c92a923766b5cc2ab25474a9995a23b5c92a33f54d2a1355",
            ],
            fullResolution: "b8f861e0e780c64f8c3f19e831c042956701c207ea0bbc1f8c3fbc3f187f38ff",
            fullResolutionQuality: 100
        ),
        KnownAnswer(
            width: 512,
            height: 512,
            seed: 15,
            nearestQuality: 100,
            turned: [
                "b8f871e0c700cf4b9c3f19e831c04295c701c617e80abc3f8c3f383f187f38ff",
                "b8f88e1fc2b531e09c3fc72733e0887fe70121fccc1f74a09c7f76a0187f4620",
                "eda8db4a92d465e1c92ab3426685e93fb25464b5bf5f1695c96a1295cd2a1255",
                "edaf24b597e09b4ac96a6d8d66b522d5b2548b56994ade0ac92adc0acd2aec8a",
                "b8ff8e1fc78130b49c7fe61733d0bc6ae70139e0ea0a43c09c3fc7c0987fc700",
                "eda824b592d49a1ec92a4cbd668516c0b254934abf5fe96ac96a6d6a4d2a6daa",
                "b8f871e0c235ce179c3f38d831c07680c701d603cc1f895f9c3f095f187f19df",
                "edaadb4a97e064b5c92a927266b5dd2ab25474a9994a21f5c92a23f54d2a1375",
            ],
            fullResolution: "b8f871e0c700cf4b9c3f19e831c04295c701c617e80abc3f8c3f383f187f38ff",
            fullResolutionQuality: 100
        ),
        KnownAnswer(
            width: 513,
            height: 512,
            seed: 16,
            nearestQuality: 100,
            turned: [
                "b8fb31c0c7818f439c3f19c0319043b5e7019617c80ae83f9c3f283f987f38ff",
                "b8ff8e4fc29530b49c3fc73731e0883fe7012bfc891f74a08c3f76a0987f4600",
                "edaa9b4a92d465e9c92ab36264c5f91fb2543cbd9f5e4295c96a0295cd2a1255",
                "edaa24e597c09a1ec96a6d9d66b522d5b25681569c4ade0ad96adc0acdaaec8a",
                "b8ff8e1fc78130bc9c3fe6373390ac4ae70369e8ca0a17c09c3f57c098ff4700",
                "edaa249592d49a16c96a4c9d64c506e0b254c2429f5ebd6ac96afd6acd2aedaa",
                "b8fa21b0c295ce4b9c3f38c831c07780e701d403891f8b5f883f095f987fb9df",
                "edaa9b1a97c065e1c96a926264b5dd2ab25476a99c4a21f5d96a23f5cd2a1355",
            ],
            fullResolution: "98f831e04781cf439c3f19c0319043b5e7019617ca0ae83f8c3fa83f987fb8ff",
            fullResolutionQuality: 100
        ),
        KnownAnswer(
            width: 512,
            height: 513,
            seed: 17,
            nearestQuality: 100,
            turned: [
                "98fb31c047018f079c3f19c0309513b5c7019717c80be83f8c3f683f987fe8ff",
                "98ffdf4a429530b59c3fc73731e08a3fe7032bfc895f74a0883f64a098ff4400",
                "cdaa9b6a12d425edc96ab36a65c0b91fb2563d9d9f5a4295c92a4295cdaa4255",
                "cdaa75e017c09a1fc96a6d9d64b52095b2568156dc0ade0add6ace0acdaaeeaa",
                "98ffce3f478170b89c3fe63f3095ec4ae70368c8ca0b17c09c3f17c098ff1700",
                "cdaa649512d4da12c96a4c9565c046e0b256c2629f5ebd6ac96abd6acdaabdaa",
                "98fb20b54215cf429c3f38c831c075c0c701c403891f8b5f883f1b5f987fbbff",
                "cdaa8a1f17c065e0c96a926264b5df6ab2567ea1dc0a21f5dd6a31d5cdaa1155",
            ],
            fullResolution: "98ff31c047808f079c3f19c0309413b5e7019717c80be83f8c3f683f987fe8bf",
            fullResolutionQuality: 100
        ),
        KnownAnswer(
            width: 640,
            height: 480,
            seed: 18,
            nearestQuality: 100,
            turned: [
                "700fc3dc0f003e00782fe19fc52a847a2ac17c1faaef003f40ff007fc1ffc1fe",
                "476731b09ce8673738e0cc3f70a099f844afba104f3fba80cf7f3300df7f2300",
                "255a69555a5594a92d7a4b15907f2ed06b9056d5ffaaaa9525aa2b5594aa6955",
                "12369b1ec9bdcd9d6db5669525f5335611fe14fa9a6a102a9a2a99aa8a2a99aa",
                "702f3c000f00c1fd782f1e40c52a7b853ec503e0aaffffc070ffff80c1ff3e00",
                "255a96aa5a556b562d7ab4aa907fd12f6b90a90affaa556a25aa94aa94aa94aa",
                "4723ce4b9ce0984038e0334070a0660344ab41af0b3f455fcf7fcc7f8f7f8cfe",
                "123264e1c9bd32626db5996a25f4ccad11faeb451a2aefd59a2a66558a2a7655",
            ],
            fullResolution: "700fc3f80f003e00782fe19fc52a847a2ac1fc1fa8ef003f40ff007fc1ffc1fe",
            fullResolutionQuality: 100
        ),
        KnownAnswer(
            width: 600,
            height: 100,
            seed: 19,
            nearestQuality: 100,
            turned: [
                "5400aaaa54aab5524ad6b4b44924126cecc99999e7319ca1e1cf8f9bfd2f547f",
                "d5fe55545daa4aa84ad64b4849246d916cdc66766733639a61cf70f4780ffe00",
                "8127000001ff1ffcbf831e1ebc7138c7b99c3333b264364bb49a3531a87afed5",
                "80abfffe08ffe0021f83e1e21c71c73b3989ccdc3266c930349a5a5e2d5a55aa",
                "d550555554aa4aad6ad64b4b49244d93ecc96666e731635ee1cf6064fd2fab80",
                "8001ffff01ffe0073f83e1e11c71e738b99cccccb264c9f4b49acacea87a012a",
                "54feaaab54aab5534ad6b4b74924126e6cdc198967331c6561cf0f0b780f00ff",
                "8aab00010bff1ffd1f831e1d1c71b8c439893333b26636cf349ab5a1ad5aab55",
            ],
            fullResolution: "5400aaaa54aab5526ad6b4b44924126cecc89999e7319ca1e1cf8f9bfd2f547f",
            fullResolutionQuality: 100
        ),
        KnownAnswer(
            width: 1000,
            height: 31,
            seed: 20,
            nearestQuality: 100,
            turned: [
                "d96d924d768bcdd999ba3352e62a9c563aaad55a8a94556cf059d531504302df",
                "5b686da52488b32599a0ccab66a173ab38a1aaa48a94e292fad9fece2ec3aff0",
                "0c3818e221cc427084ef89f8137720fc6fff7ff05fc1bf86a50c2f9b0516a875",
                "1e3dc70f71ddb98fccf5660133f4d9016df4000edfc14838af8cd4645b96855a",
                "592d6db63688b32699baccadc62a73ab3aaa2aa58a94aa93f059face5043fd20",
                "1c7dc71c73df998cccef6607937fd9016fff800fdfc10039a50c50640516578a",
                "db6cb25e2688edde99a0335466a19c5438a1d55b8a941d6dfad9c1312fc3f00f",
                "0c1910e021dd4270c4f588fe12f426fe6df47fe1dfc197c7ad8c2b9b4a960aa5",
            ],
            fullResolution: "59299259766bcddb99ba3352e6b69c543aaad55a8a94552cf8595531584302df",
            fullResolutionQuality: 100
        ),
        KnownAnswer(
            width: 1280,
            height: 720,
            seed: 21,
            nearestQuality: 100,
            turned: [
                "de929c802eaa60002000602c0064fbeebfee5b75ffffdb74fea0ffd0fe82d800",
                "c1bf6a003dae3e00e1ff0500a7fff800f1be780327fe3e0027ecf803a1befc0b",
                "8b86163a7bffca287155c04442385155aaaaf5d5aaaa555daaab5555aaa7553a",
                "94eac0aa68fa94aab0aaafaaf2aa54aaa4ead2a972ab94aa72b952a9f4eb54a1",
                "ded2636f2eaa9b7f24009593066c0400ffffa082ffff2008fffe0000ffb2006f",
                "8b87c9c57bff31d5715536395238aeaaaaaa0a28aaaa8aa2aaabaaaaaae78a45",
                "c1bf957f3daec1ffe1ffe0aea1fe01f4e1ae03f427f8807425a007f0a1a20060",
                "94ea3f5528ea6955b0aa4055f2aaa955a0ea2d5472ab6b5572b9ad56e0ab295e",
            ],
            fullResolution: "dea294002eaa60002400602c0664ebefbfee5b74fffedb74ff20ff70fe20db00",
            fullResolutionQuality: 100
        ),
        KnownAnswer(
            width: 1920,
            height: 1080,
            seed: 22,
            nearestQuality: 100,
            turned: [
                "00aa2eba8ebebfbedf5f1f1e9f50bfbe9750bfde8f50af408f1800008f1c0000",
                "fbfaf55f53d520057ffa80057ffa8005f9f0a001fd400005ff6a0015fd62a2ff",
                "d7ef1555daeb15558aaab555aaa91554aaa11554eaab157aca0b8aeaca0b8aaa",
                "aeaf5fd506800aa52aaf2aaf2aaf2aafa8a50aaaa815aaafaa3f2a3fa8370855",
                "80ba40008fbe4000dfffe000ff5c4000ffd040019fde402f8f5cdfbf8f5edfbf",
                "c5ebeaaadaebeaaa8aaa4a2aaa09eaaaaa81eaab8a8bea85ca097515ca0b7555",
                "3bfa080051501fc07f7a7ffa7ffa1ffaf1400af0f1007feafd4a3d42fd400800",
                "aeafa02a06a0f5502aafd550aaafd550aaa5f554aab55550aa3fd540a83ff6aa",
            ],
            fullResolution: "00a03bfaaaaabfffdfff141cdf1c1f1cdf1c9f1cdf1c9f1c9f1c00008e1c0000",
            fullResolutionQuality: 100
        ),
        KnownAnswer(
            width: 3000,
            height: 2000,
            seed: 23,
            nearestQuality: 100,
            turned: [
                "ea55eb55a815eb4ded77e915e845ea552801aa45e815a905fa55e935e815aa55",
                "ff7fa3f3ffffffffffffffffd949b3fb000024b7080412d01800008008000000",
                "bf0041fffd4051e7b82a43bfbd1040ff7d4400efbd4003bfaf00439fbd4000ff",
                "aa2a8a7baaaa555daaaa5d558c1c094b55558e1c5d51b8fa4d55aaaa5d55aaaa",
                "ea5514aaa81514b2ef7f16eae84515aa281555bae81556fafb5516cae91555aa",
                "ff00be00fd40bf18be2abc40fd10ff007d54ff10fd40fd50bf00bc60fd40ff40",
                "ff7fdf2effff0008ffff0800d1495c140000db490804ed2f1000ff7f0800ffff",
                "aa2a7584aaaabaa2aaaaa2aa841cf6be555571e35d5147154d5555d55d555555",
            ],
            fullResolution: "fc1ffc1ffc1fff7fd457ffffe003f007e001f003e001f807f007f807c001e000",
            fullResolutionQuality: 100
        ),
    ]
}
