"""Papers of the demo: real ids, titles, authors, categories and dates.

The abstracts are not the papers' own: each is a short summary written for this project.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoPaper:
    """A paper of the demo.

    `arxiv` is an arXiv id, or `doi:…` for a paper on no preprint server; `published` is an ISO date; `summary` replaces
    the abstract.
    """

    arxiv: str
    title: str
    authors: tuple[str, ...]
    category: str
    published: str
    summary: str

    @property
    def key(self) -> str:
        """Canonical id, with its scheme ("arxiv:…")."""
        return self.arxiv if self.arxiv.startswith("doi:") else f"arxiv:{self.arxiv}"

    @property
    def link(self) -> str:
        """URL that people paste."""
        doi = self.arxiv.removeprefix("doi:")
        return f"https://doi.org/{doi}" if doi != self.arxiv else f"https://arxiv.org/abs/{self.arxiv}"


NOTE = "[Summary written for Paperbout's demo, not the paper's abstract.] "

PAPERS: tuple[DemoPaper, ...] = (
    DemoPaper("1706.03762", "Attention Is All You Need", ("Ashish Vaswani", "Noam Shazeer", "Niki Parmar", "Jakob Uszkoreit", "Llion Jones", "Aidan N. Gomez", "Lukasz Kaiser", "Illia Polosukhin"), "cs.CL", "2017-06-12", "A sequence model built only from attention, without recurrence or convolution. It trains faster in parallel and improves the state of the art on two translation benchmarks, and generalises to parsing."),
    DemoPaper("1810.04805", "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding", ("Jacob Devlin", "Ming-Wei Chang", "Kenton Lee", "Kristina Toutanova"), "cs.CL", "2018-10-11", "Pre-trains a bidirectional encoder on unlabelled text by filling in masked words. With one extra output layer it is fine-tuned to new best results on eleven language tasks."),
    DemoPaper("2005.14165", "Language Models are Few-Shot Learners", ("Tom B. Brown", "Benjamin Mann", "Nick Ryder", "Melanie Subbiah"), "cs.CL", "2020-05-28", "A language model with 175 billion parameters performs many tasks from a few examples in its prompt, without any gradient update. The study measures where this works, where it fails, and discusses broader impact."),
    DemoPaper("1512.03385", "Deep Residual Learning for Image Recognition", ("Kaiming He", "Xiangyu Zhang", "Shaoqing Ren", "Jian Sun"), "cs.CV", "2015-12-10", "Residual connections make networks of over a hundred layers trainable. Extensive experiments on ImageNet and COCO show that accuracy grows with depth; the method won several challenges."),
    DemoPaper("1412.6980", "Adam: A Method for Stochastic Optimization", ("Diederik P. Kingma", "Jimmy Ba"), "cs.LG", "2014-12-22", "A first-order optimizer with adaptive estimates of lower-order moments. It is simple, needs little memory and tuning, comes with a regret bound, and works well in practice on large problems."),
    DemoPaper("1406.2661", "Generative Adversarial Networks", ("Ian J. Goodfellow", "Jean Pouget-Abadie", "Mehdi Mirza", "Bing Xu"), "stat.ML", "2014-06-10", "Trains a generator against a discriminator in a minimax game. At the unique equilibrium the generator reproduces the data's distribution; experiments show sharp samples without Markov chains."),
    DemoPaper("1312.6114", "Auto-Encoding Variational Bayes", ("Diederik P Kingma", "Max Welling"), "stat.ML", "2013-12-20", "Efficient approximate inference in directed models with continuous latent variables, by a reparameterised lower bound that plain stochastic gradients optimise, and a recognition model shared over data."),
    DemoPaper("2006.11239", "Denoising Diffusion Probabilistic Models", ("Jonathan Ho", "Ajay Jain", "Pieter Abbeel"), "cs.LG", "2020-06-19", "High-quality images from diffusion models trained on a weighted variational bound that connects them with denoising score matching. The samples rival adversarial networks on standard benchmarks."),
    DemoPaper("2010.11929", "An Image is Worth 16x16 Words: Transformers for Image Recognition at Scale", ("Alexey Dosovitskiy", "Lucas Beyer", "Alexander Kolesnikov"), "cs.CV", "2020-10-22", "A pure transformer applied to image patches, pre-trained on large data, matches or beats convolutional networks on image classification with less training compute."),
    DemoPaper("1505.04597", "U-Net: Convolutional Networks for Biomedical Image Segmentation", ("Olaf Ronneberger", "Philipp Fischer", "Thomas Brox"), "cs.CV", "2015-05-18", "A contracting and an expanding path with skip connections segment microscopy images precisely from few annotated examples, thanks to strong augmentation; it is fast and won a cell tracking challenge."),
    DemoPaper("1301.3781", "Efficient Estimation of Word Representations in Vector Space", ("Tomas Mikolov", "Kai Chen", "Greg Corrado", "Jeffrey Dean"), "cs.CL", "2013-01-16", "Two simple architectures learn word vectors from very large corpora at low cost. The vectors capture syntactic and semantic similarities measured by a new analogy test."),
    DemoPaper("1409.0473", "Neural Machine Translation by Jointly Learning to Align and Translate", ("Dzmitry Bahdanau", "Kyunghyun Cho", "Yoshua Bengio"), "cs.CL", "2014-09-01", "Lets a translation model search softly for the parts of a source sentence that matter for each target word, instead of one fixed vector. Quality holds for long sentences and alignments agree with intuition."),
    DemoPaper("1312.5602", "Playing Atari with Deep Reinforcement Learning", ("Volodymyr Mnih", "Koray Kavukcuoglu", "David Silver"), "cs.LG", "2013-12-19", "A convolutional network learns control policies from raw pixels with a variant of Q-learning. On seven games it beats earlier approaches on six and a human expert on three."),
    DemoPaper("1707.06347", "Proximal Policy Optimization Algorithms", ("John Schulman", "Filip Wolski", "Prafulla Dhariwal", "Alec Radford", "Oleg Klimov"), "cs.LG", "2017-07-20", "Policy-gradient methods that alternate sampling with several epochs of a clipped surrogate objective: simpler than trust regions, with better sample complexity in experiments on robotics and games."),
    DemoPaper("1502.03167", "Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift", ("Sergey Ioffe", "Christian Szegedy"), "cs.LG", "2015-02-11", "Normalising layer inputs per mini-batch allows higher learning rates and less careful initialisation. An image model reaches the same accuracy in fourteen times fewer steps."),
    DemoPaper("1503.02531", "Distilling the Knowledge in a Neural Network", ("Geoffrey Hinton", "Oriol Vinyals", "Jeff Dean"), "stat.ML", "2015-03-09", "Transfers the knowledge of an ensemble to a single small model through softened outputs, with results on digits and a commercial speech system, and a new kind of specialist ensemble."),
    DemoPaper("2001.08361", "Scaling Laws for Neural Language Models", ("Jared Kaplan", "Sam McCandlish", "Tom Henighan"), "cs.LG", "2020-01-23", "Loss falls as a power law in model size, data and compute over seven orders of magnitude. Simple equations govern overfitting and the best allocation of a compute budget."),
    DemoPaper("2203.15556", "Training Compute-Optimal Large Language Models", ("Jordan Hoffmann", "Sebastian Borgeaud", "Arthur Mensch"), "cs.CL", "2022-03-29", "From over 400 training runs: model size and training tokens should grow equally. A 70-billion-parameter model trained so outperforms much larger ones on many tasks."),
    DemoPaper("2106.09685", "LoRA: Low-Rank Adaptation of Large Language Models", ("Edward J. Hu", "Yelong Shen", "Phillip Wallis"), "cs.CL", "2021-06-17", "Freezes a model and learns low-rank updates in each layer, with ten thousand times fewer trainable parameters than full fine-tuning, no extra latency and equal or better quality."),
    DemoPaper("2103.00020", "Learning Transferable Visual Models From Natural Language Supervision", ("Alec Radford", "Jong Wook Kim", "Chris Hallacy"), "cs.CV", "2021-02-26", "Learns image representations by matching pictures with their captions, on 400 million pairs. The model transfers without examples to over thirty datasets and is often competitive with supervised baselines."),
    DemoPaper("2201.11903", "Chain-of-Thought Prompting Elicits Reasoning in Large Language Models", ("Jason Wei", "Xuezhi Wang", "Dale Schuurmans"), "cs.CL", "2022-01-28", "A few worked examples with intermediate steps in the prompt let large models reason. Experiments on three models improve arithmetic, commonsense and symbolic tasks, at times strikingly."),
    DemoPaper("1609.02907", "Semi-Supervised Classification with Graph Convolutional Networks", ("Thomas N. Kipf", "Max Welling"), "cs.LG", "2016-09-09", "A scalable graph network from a first-order approximation of spectral convolutions. It encodes structure and features, scales linearly in edges, and beats related methods on citation networks by a wide margin."),
    DemoPaper("quant-ph/9508027", "Polynomial-Time Algorithms for Prime Factorization and Discrete Logarithms on a Quantum Computer", ("Peter W. Shor",), "quant-ph", "1995-08-30", "Factoring and discrete logarithms, thought hard for classical machines, take a number of steps polynomial in the input size on a hypothetical quantum computer; the proof is constructive."),
    DemoPaper("1602.03837", "Observation of Gravitational Waves from a Binary Black Hole Merger", ("The LIGO Scientific Collaboration", "the Virgo Collaboration"), "gr-qc", "2016-02-11", "Two detectors saw the same transient signal, matching the waveform that relativity predicts for two merging black holes, with significance above five sigma: the first direct detection."),
    DemoPaper("hep-th/9711200", "The Large N Limit of Superconformal Field Theories and Supergravity", ("Juan M. Maldacena",), "hep-th", "1997-11-27", "Conjectures that certain conformal field theories are dual to supergravity on anti-de Sitter space, a correspondence that gives a non-perturbative definition of string theory there."),
    DemoPaper("math/0211159", "The entropy formula for the Ricci flow and its geometric applications", ("Grisha Perelman",), "math.DG", "2002-11-11", "A monotonic expression for the Ricci flow, valid in all dimensions without curvature assumptions, with geometric applications and a sketch towards the geometrization conjecture."),
)  # fmt: skip

SUGGESTIONS: tuple[DemoPaper, ...] = (
    DemoPaper("2312.00752", "Mamba: Linear-Time Sequence Modeling with Selective State Spaces", ("Albert Gu", "Tri Dao"), "cs.LG", "2023-12-01", "A state-space model whose parameters depend on the input, so that it can keep or forget. It runs in time linear in sequence length and matches Transformers of larger size on language, audio and genomics."),
    DemoPaper("doi:10.1038/s41586-021-03819-2", "Highly accurate protein structure prediction with AlphaFold", ("John Jumper", "Richard Evans", "Alexander Pritzel", "Demis Hassabis"), "", "2021-07-15", "Predicts the structure of proteins from their sequence with an accuracy that competes with experiments in most cases, shown in a blind assessment of methods."),
    DemoPaper("2205.14135", "FlashAttention: Fast and Memory-Efficient Exact Attention with IO-Awareness", ("Tri Dao", "Daniel Y. Fu", "Stefano Ermon", "Atri Rudra", "Christopher Ré"), "cs.LG", "2022-05-27", "Computes exact attention block by block in fast memory, with fewer accesses to slow memory. Training becomes faster and longer sequences affordable."),
    DemoPaper("2003.08934", "NeRF: Representing Scenes as Neural Radiance Fields for View Synthesis", ("Ben Mildenhall", "Pratul P. Srinivasan", "Matthew Tancik", "Jonathan T. Barron", "Ravi Ramamoorthi", "Ren Ng"), "cs.CV", "2020-03-19", "Represents a scene by a network from position and viewing direction to density and colour, fitted to photographs by differentiable volume rendering; new views are sharper than before."),
    DemoPaper("2203.02155", "Training language models to follow instructions with human feedback", ("Long Ouyang", "Jeff Wu", "Xu Jiang"), "cs.CL", "2022-03-04", "Fine-tunes a language model on demonstrations and on people's rankings of its outputs. People prefer a tuned model of 1.3 billion parameters to one of 175 billion that was not."),
    DemoPaper("2112.10752", "High-Resolution Image Synthesis with Latent Diffusion Models", ("Robin Rombach", "Andreas Blattmann", "Dominik Lorenz", "Patrick Esser", "Björn Ommer"), "cs.CV", "2021-12-20", "Runs diffusion in the latent space of a pre-trained autoencoder and conditions it by cross-attention, which saves computation and keeps quality, for text, layouts and super-resolution."),
)  # fmt: skip
"""Papers that nobody in the demo's team posts, left for visitors to try."""

SHORT = {
    "2312.00752": "Mamba",
    "doi:10.1038/s41586-021-03819-2": "AlphaFold",
    "2205.14135": "FlashAttention",
    "2003.08934": "NeRF",
    "2203.02155": "InstructGPT",
    "2112.10752": "Latent diffusion",
}
"""Short names of the suggested papers, by id."""
