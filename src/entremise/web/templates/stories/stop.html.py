BBBBBBB BBBBBBBBBBBBBBB BBBB
BBBBB BBBBB gettext(u'Stop this referral?') BBBBBBBB
BBBBB BBBB
XXXXX
  XX XXXXXXXXXXXXXX gettext(u'%(receiver)s for %(client)s') SSSSSSSSSSSS SSS SSSSSSSSSSXXXX
  XXXX gettext(u'Stop this referral?') XXXXX
XXXXXX
XX XXXXXXXXXXXXX gettext(u'It ends quietly.') XXXX
XXX XXXXXXXXXXXXXXXXX
  XXXXXXXXX gettext(u'What leaves from now on') XXXXXXXXX gettext(u'Nothing new. They will not be introduced to each other through this referral.') XXXXXXXXXXX
  XXXXXXXXX gettext(u'What they notice') XXXXXXXXX gettext(u'Nothing today. What was delivered can be answered until its day; whoever said yes reads then that it did not conclude, and never why.') XXXXXXXXXXX
  XXXXXXXXX gettext(u'What is kept') XXXXXXXXX gettext(u'The need, and this story. You can try somebody else whenever you like.') XXXXXXXXXXX
XXXXX
XXXXX XXXXXXXXXXXXXXBBBBBBBBBB
  XXXX XXXXXXXXXXXXXXXXXXXXXXX XXXXXXXXXXXXX XXXXXXXXXXXXX gettext(u'Stop, quietly') XXXXXXXXX XX XXXXXXBBB BBBBBBB BBBBBBBBBBBBBXX gettext(u'Let it go on') XXXXXXXXXX
XXXXXXX
BBB BBBBBBBBBBBBB BBBBBBBBBBBBB BB BBBBBBBBB BBBBBBBXXXXX XXXXXXXX gettext(u'Stop, and try somebody else') XXXXXXXXBBBBB
BBBBBBBB
