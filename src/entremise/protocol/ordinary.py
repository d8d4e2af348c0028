# ruff: noqa: SIM905 - word lists are read and changed as text
"""Words too ordinary, in French or English, to point at a person or a company by themselves.

All folded (no accents, lower case). Given names are left out on purpose: a given name always points at somebody.
"""

from __future__ import annotations

PARTICLES = frozenset(
    """
    al and ben bin d da das de del della den der des di dos du e el et l la le les of ten ter the van von y
    """.split()
)

CIVILITIES = frozenset(
    """
    chez docteur doctor dr m madame mademoiselle maitre me miss mister mlle mme monsieur mr mrs ms pr professeur
    """.split()
)

LEGAL_FORMS = frozenset(
    """
    ag agence and asbl associates associe associes atelier ateliers bureau bv bvba cabinet cie co compagnie company
    corp corporation ei eirl enr entreprise entreprises et etablissements ets eurl fils freres gmbh group groupe
    holding inc incorporated kg limited llc llp ltd ltee maison nv partners plc sa sarl sas sasu sci scop scp selarl
    selas senc sencrl snc societe sprl srl studio
    """.split()
)

PUBLIC_MAIL = frozenset(
    """
    aliceadsl aol att bbox belgacom bell bluewin bouyguestelecom btinternet cegetel club-internet cogeco comcast
    email fastmail free gmail gmx google googlemail hey hispeed hotmail icloud laposte live luxsite mac mail mailo
    me msn netplus neuf noos numericable orange outlook pm posteo proton protonmail proximus pt rogers scarlet sfr
    shaw skynet sunrise sympatico t-online telenet telus tuta tutanota verizon videotron vodafone voila voo vtx
    wanadoo web yahoo yandex ymail zoho
    """.split()
)

PUBLIC_SITES = frozenset(
    """
    blogspot bsky calendly doctolib facebook fb github gitlab google instagram linkedin linktr linktree malt maps
    mastodon medium pagesjaunes pinterest t telegram threads tiktok tripadvisor twitter viadeo wa whatsapp wix
    wordpress x xing yelp youtube
    """.split()
)

MAIL_ROLES = frozenset(
    """
    accueil admin bonjour commercial compta contact direction email hello info infos mail office sales secretariat
    service support
    """.split()
)

TRADE_WORDS = frozenset(
    """
    accounting advisors advisory architecte architectes architecture auberge auto automobile avocat avocats beaute
    belgique bistro bistrot boulanger boulangerie boutique brasserie builders building cafe charpente chauffage
    cleaning climatisation clinique coaching coiffure communication concept conseils construction consulting
    courtage courtier couverture creation cuisiniste decoration dentaire design developpement digital distribution
    electricien electricite engineering europe expertise export finance formation france garage gestion hotel
    immobilier immobiliere import informatique ingenierie international investissement juridique law lawyers legal
    librairie logistique lyon maconnerie management marketing media medical menuiserie montreal moto nettoyage
    network notaire optique paris paysage paysagiste peinture pharmacie pizzeria plomberie plombier plumbing
    production promotion quebec realty renovation restauration rhone roofing salon sante securite security services
    software solutions suisse systemes technique technologies technology toiture trading traiteur transports
    ventilation
    """.split()
)

_FRENCH = """
a accord achat acheter actuel actuelle adresse affaire affaires agence ai aide aider aie aient aime ainsi ait
ajouter aller allez allons alors an annee annees ans aout appel appeler apres argent arrive arriver article as assez
assurance attend attendre au aucun aucune aujourd aupres auquel aura aurai auraient aurait auront aussi autant
automne autour autre autres aux avait avant avec avez avis avoir avons avril ayant banque bas batiment beau beaucoup
belle besoin besoins bien bientot blanc blanche blancs bleu bleue bois boite bon bonne bonnes bons bord bout bruit
budget bureau bureaux but c ca cabinet cadre calme campagne canal capable car carre carrelage carte carton cas cave
ce ceci cela celle celles celui cent centre certain certains ces cet cette ceux chacun chaleur chambre chambres
changer chantier chaque charge chaud chauffage chef cher cherche cherchent cherchons chers chez chiffre choisir
choix chose choses ci ciel cinq clair clairement classe cle client clients clim cloison coin combien comme commence
commencer comment commerce comptable comptables compte comptes conduit conduits confiance connait connaitre conseil
constat construire contact contrat contre cote couleur couloir coup cour cours court cout couts couvert couverts
creation cree creer cru cuir cuisine cuisines d dame dames dans danse date de debut decembre degat degats dehors
deja delai delais demain demande demander denree depart depense depuis dernier derniere derriere des dessous dessus
detail deux devant devenir devis devra devrait difficile dire direct discret discrete dix doit doivent domaine donc
donne donner dont dossier douche droit du duree e eau eaux eclairage ecole ecran ecrire effet effort egalement
electricite electrique elements elle elles embauche emploi employe en encore energie enfant enfants enfin enseigne
ensemble ensuite entre entree entrepot entreprise entreprises envie environ equipe equipes es espace est et etage
etages etaient etait etat ete etes etre etude etudes eu eux evenement evier evite exact exemple expert experte
expertise facade facile facture faible faire fait faite faites famille faudra faudrait faut femme fenetre fenetres
fer ferme fermer fete fevrier fil fille fils filtre filtres fin fini finir fiscal fiscale fixe fleur fleurs flux
fois fond font formation forme fort four foyer frais francais froid fuite fuites gain garde gare gaz genre gens
gerant gerante gerer gestes gestion glace gout grace grand grande grandes grands grange gravier grele gris gros
groupe habit habite haie hall hausse haut hautes heure heures hier histoire hiver homme hors hotel hotels hotte
hottes hui huile huit humain ici idee idees il ils image immeuble important impots installe installer interieur j
jamais janvier jardin jardins jaune je jeu jeune jeunes joli jolie jour journal journee jours juge juillet juin
juste l la lac lampe langue laquelle large lave laver le lent lequel les lettre leur leurs libre lieu ligne linge
lire liste lit livraison livre local location locaux logement logo loi loin long longtemps longue lors lorsque lot
lots lourd loyer lui lumiere lundi m ma machine machines magasin mai main maintien mairie mais maison maisons mal
manger manque manuel marche marches mardi marge marges mari maries marin marine marque mars martiner materiel matin
matins max maximum me meilleur membre meme memes menage menu mer merci mercredi merite mes mesure met metier metres
mettre meuble meubles micro midi mieux mille mince mini minimum ministre mise mobile mode modele models moderne moi
moins mois moment mon monde montage montant moral morale mort mot motel moteur mots moulin mousse moyen moyens mur
muret murs n nappe nature naturel ne neige nettoyage nettoyer neuf ni niveau noir noire noirs nom nombre non nord
norme normes nos note notes notre nous nouveau nouvel nouvelle nouvelles novembre nuage nuit objectif objet occupe
octobre oeuvre offre oiseau ombre on onde ont or ordre origine ou oui outil ouvert ouverture ouvrage ouvrier ouvrir
page pain paire palier panne panneau papier par parc parce parfait parfois parking parle parler parmi paroi parquet
part partie partir pas passe passer pate patio patron pause pave paye payer pays peindre peine peinture pendant
pense penser pente perdre perdu permet permis personne personnes perte petit petite petites petits peu peur peut
peuvent peux photo photos piece pieces pied pierres pin piscine place placer plafond plage plaisir plan planche
plans plante plantes plat plein plomb pluie plus plusieurs plutot poele poeles poids point pompe pont portail porte
portes pose poser possible poste poteau pour pourquoi pourra pourrait poutre pouvoir pratique precis premier
premiere prend prendre preparer pres present presque presse pret preuve prevu printemps prive privee prix pro
probleme prochain prochaine proche produit produits professionnel projet projets promesse propose proposer propre
pros protection public puis puits qu qualite quand quartier quatre que quel quelle quelles quelqu quelque quelques
quels question qui quinze quoi raison rampe rapide rapport rare recent recente recherche reel reelle refaire refait
refonte region regle reglement remise rendez rendre renovation renover rentree repare reparer repas repond repondre
reponse reprise reseau reserve restaurant restaurants reste rester resultat retard retour retraite reunion reussi
riche rideau rien rive robe roue rouge route rue ruine rural s sa sable saine saisir saison sait salaire salarie
salaries sale salle salles salon samedi sans sante sapin savoir se sec seche secteur securite semaine semaines sens
sept septembre sera serai serait serieuse serieux seront service services ses seuil seul seule seulement si siege
signe simple sinon site situation six social societe soin soins soir sois soit sol soleil solide sols solution son
sont sorte sortir soude souhaite souple source sous souvent sport stage stand statut stock store stores style sud
suis suite suivi suivre sujet sur surface surprise surtout systeme t ta table tableau tables tache taille tant tapis
tard tarif taxe te tel telephone telle telles tels temps tenir tente tenu terrain terrasse terre tes test tete texte
theatre tiers tissu titre toi toile toit toiture ton tondre tot toujours tour tourne tous tout toute toutes
transport travail travaux tres tri trois trop trou trouve trouver tu tube tuile tuiles tuyau type un une urgence
urgent usage usine utile va vacances vague vais valeur valider vanne vapeur vase vaste vaut vehicule veille velo
vend vendeur vendre vendredi vendu venir vent vente ventes ventilation verger vernis verra verre vers version vert
verte veut veux vide vieille vieux ville villes vin vingt vins vis visite vite vitre vitres vivre voie voila voir
voisin voisins voit voiture voix volet volets volume vos votre voudra voudrait voulu vous voyage vrai vue y yeux
zinc zone
"""

_ENGLISH = """
a able about above accept account accounting accounts across act add after again against age ago all almost alone
along already also although always am amount an and another any anyone anything april are area around as ask asked
asking at august autumn away back bad bar be became because become been before began begin behind being believe best
better between beyond big bit black blue board book books both brown budget build building built business but buy by
call called came can cannot care case cause center centre chair change cheap check child children choice choose city
class clean clear clearly client clients close cold come coming company computer contact cost costs could country
couple course cover covers customer date daughter day days deal december decide deep design detail did difference
different dinner do does doing done door doors down during each early easy eight either eleven else email end enough
entire even evening event ever every everyone everything exact example expect extra eye face fact fair fall family
far fast february feel few field fifteen fifty fill final find fine fire firm first fit five fix floor food for form
found four free friday friend friends from front full fun garden gave general get give given go goes gone good got
grand great green grey ground group grow growing guest guy had half hall hand happy hard has have he head hear heard
heat heating help her here high him his hold home honest hope hot hotel hour hours house how however hundred i idea
if image important improve in include indoor inside install insurance into is issue it its january job join july
just keep kept kind kitchen kitchens knew know known large last late later law lawyer lead learn least leave left
legal less let letter level life light like likely line list little live local long longer look looked looking lot
love low lunch machine made mail main make makes making man manage many march market markets matter may maybe me
mean means meet meeting men middle might mile mind minute miss model models modern moment monday money month months
moral more morning most motel move moved much must my name near need needed needs neighbour never new news next nice
night nine no noise none nor normal north not note nothing november now number october of off offer office offices
often oil old on once one only open or order other others our out outdoor outside over own owner owners page paid
paint painting paper park part parts party past pay people per perhaps person phone photo photos pick picture place
plan planned plans plant play please plumbing point poor possible power price prices private problem project
projects proper property public put quality question quick quickly quiet quite rain range rather reach read ready
real really reason recent red refurbish remain remodel renovate renovation rent repair replace report rest
restaurant restaurants result right road roman roof roofs room rooms round rule run running safe said sale same
saturday save saw say school sea season seat second see seem seen sell send sense september serious serve service
services set seven several shall she shop shops short should show side sign similar simple since single site six
size small so social soft some someone something son soon sort sound south space spend spring square staff stage
stand start started state stay step still stone stop store story street strong structure such suit summer sun sunday
supply support sure system table take taken talk tall tax team tell ten term test than thank that the their them
then there these they thing things think third this those though thought thousand three through thursday time to
today together told tomorrow too took top total touch toward town trade train training translation travel tree trees
true trust try trying tuesday turn twelve twenty two type under understand until up upon urgent us use used useful
usual value various ventilation very visit wait walk wall walls want wanted wants war warm was watch water way we
wear weather web website wednesday week weekend weeks well went were west what when where whether which while white
who whole whom whose why wide wife will win wind window windows wine winter wiring wish with within without woman
women wood word words work worked worker working works world would write year years yellow yes yet you young your
"""

ORDINARY = frozenset((_FRENCH + _ENGLISH).split()) | PARTICLES


def is_ordinary(word: str) -> bool:
    """Say whether a folded word, or its singular, is an everyday word of French or English."""
    return word in ORDINARY or (len(word) > 3 and word[-1] in "sx" and word[:-1] in ORDINARY)
