"""Explorers: sliders on plots. Make one, `bp.explore.optimizers()`, as the last line of a cell, and it shows itself.

One line an explorer: its file and, in a learner's spelling, its class.
"""

# ruff: noqa: F401
from .activations import Activations as activations
from .by_hand import ByHand as by_hand
from .channels import Channels as channels
from .clinic import Clinic as clinic
from .convolution import Convolution as convolution
from .depth import Depth as depth
from .digits import Digits as digits
from .graph import Graph as graph
from .kinks import Kinks as kinks
from .line import Line as line
from .losses import Losses as losses
from .numeric_example import NumericExample as numeric_example
from .one_weight import OneWeight as one_weight
from .one_window import OneWindow as one_window
from .optimizers import Optimizers as optimizers
from .order import Order as order
from .parabola import Parabola as parabola
from .softmax import Softmax as softmax
from .split_and_join import SplitAndJoin as split_and_join
from .stream import Stream as stream
from .sure_and_wrong import SureAndWrong as sure_and_wrong
from .tape import Tape as tape
from .training import Training as training
from .two_curvatures import TwoCurvatures as two_curvatures
